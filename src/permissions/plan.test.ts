import { describe, expect, it } from '@jest/globals';
import {
  all,
  always,
  any,
  column,
  holdsEventRole,
  isNull,
  isViewer,
  isViewersAddress,
  isVisible,
  never,
  not,
  some,
  via,
  viewerIs,
} from './condition.ts';
import type { Condition } from './condition.ts';
import { plan } from './plan.ts';
import type { EachPerson, Viewer } from './viewer.ts';
import { anonymous, stranger } from './viewer.ts';

const published = column('state', 'PUBLISHED');
const ada: Viewer = {
  ...anonymous,
  kind: 'user',
  userId: 'ada',
  email: 'ada@example.org',
  eventRoles: new Map([['OWNER', ['e1', 'e2']]]),
};
const admin: Viewer = { ...ada, isAdmin: true };
const each: EachPerson = { kind: 'each', alias: 'p' };
const visibility = (resource: string): Condition =>
  resource === 'Event' ? any(published, viewerIs('staff')) : never;
const planned = (condition: Condition, viewer: Viewer | EachPerson = ada) =>
  plan(condition, viewer, visibility);

describe('plan', () => {
  it('decides what is known of the viewer alone', () => {
    expect(planned(viewerIs('signedIn'), anonymous)).toBe(never);
    expect(planned(viewerIs('signedIn'))).toBe(always);
    expect(planned(viewerIs('verified'))).toBe(never);
    expect(planned(viewerIs('staff'), admin)).toBe(always);
    expect(planned(viewerIs('superAdmin'), admin)).toBe(never);
  });

  it('turns the viewer into ids, and into nothing where nobody is signed in', () => {
    expect(planned(isViewer('creator'))).toEqual({ kind: 'ids', property: 'creator', ids: ['ada'] });
    expect(planned(isViewer('creator'), anonymous)).toBe(never);
    expect(planned(isViewersAddress('email'))).toEqual({ kind: 'address', property: 'email' });
    expect(planned(isViewersAddress('email'), anonymous)).toBe(never);
    expect(planned(holdsEventRole('OWNER', 'MODERATOR'))).toEqual({
      kind: 'ids',
      property: 'id',
      ids: ['e1', 'e2'],
    });
    expect(planned(holdsEventRole('MODERATOR'))).toBe(never);
  });

  it('is always or never as soon as one part makes it so', () => {
    expect(planned(all())).toBe(always);
    expect(planned(any())).toBe(never);
    expect(planned(all(published, viewerIs('verified')))).toBe(never);
    expect(planned(any(published, viewerIs('staff')), admin)).toBe(always);
    expect(planned(all(viewerIs('signedIn'), published))).toBe(published);
    expect(planned(any(all(published, never), all(always)))).toBe(always);
    expect(planned(column('state'))).toBe(never);
  });

  it('opens what is nested in its like, and says nothing twice', () => {
    const online = column('online', true);
    expect(planned(all(published, all(online, published)))).toEqual(all(published, online));
    expect(planned(any(published, any(published)))).toBe(published);
  });

  it('negates three-valued', () => {
    expect(planned(not(viewerIs('staff')))).toBe(always);
    expect(planned(not(viewerIs('signedIn')))).toBe(never);
    expect(planned(not(isNull('user')))).toEqual(not(isNull('user')));
  });

  it('reaches through relations: never behind one is never, always is still a question of whether there is a row', () => {
    expect(planned(via('event', viewerIs('staff')))).toBe(never);
    expect(planned(some('sessions', viewerIs('staff')))).toBe(never);
    expect(planned(some('sessions', viewerIs('signedIn')))).toEqual(some('sessions', always));
    expect(planned(not(some('sessions', isViewer('creator'))), anonymous)).toBe(always);
  });

  it('puts the View condition of a table in place of its name', () => {
    expect(planned(via('event', isVisible('Event')))).toEqual(via('event', published));
    expect(planned(isVisible('Event'), admin)).toBe(always);
  });

  it('leaves the viewer open for each person', () => {
    const condition = all(viewerIs('verified'), isViewer('creator'), holdsEventRole('OWNER'));
    expect(planned(condition, each)).toEqual(condition);
  });

  it('lets a stranger in only where people at large are', () => {
    expect(planned(viewerIs('signedIn'), stranger)).toBe(always);
    expect(planned(viewerIs('verified'), stranger)).toBe(always);
    for (const personal of [
      viewerIs('staff'),
      isViewer('creator'),
      isViewersAddress('email'),
      holdsEventRole('OWNER'),
    ]) {
      expect(planned(personal, stranger)).toBe(never);
    }
  });
});
