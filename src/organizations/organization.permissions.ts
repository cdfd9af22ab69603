/** The permission tables of organizations and of who belongs to them. */
import {
  all,
  any,
  column,
  isNull,
  isOfMachine,
  isViewer,
  isVisible,
  some,
  via,
} from '../permissions/condition.ts';
import type { Belonging } from '../permissions/scope.ts';
import { holders, isInReach, ofItsOrganization, scopeNotes } from '../permissions/scope.ts';
import { computeNode, container, everyone, permissionTable, registered } from '../permissions/table.ts';

const ofOrganization: Belonging = {
  organization: (held) => held,
  collaboration: (where) => some('collaborations', where),
};
const isOfMachinesCollaboration = some('collaborations', isOfMachine('id', 'collaborationId'));
const hasViewer = some('memberships', isViewer('user'));
const isOfPartner = any(hasViewer, some('collaborations', some('organizations', hasViewer)));

/** Organizations. Everybody sees which one hosts an event that they may view. */
export const organizationPermissions = permissionTable({
  resource: 'Organization',
  exists: all(),
  notes: {
    ...scopeNotes(ofOrganization),
    collaboration: { text: 'of its collaboration', holds: isOfMachinesCollaboration },
    itself: { text: 'its own organization', holds: isOfMachine('id', 'organizationId') },
    host: { text: 'the host of an event that they may view', holds: some('events', isVisible('Event')) },
    listed: {
      text: 'the host of a public event that they may view',
      holds: some('events', all(column('privacy', 'PUBLIC'), isVisible('Event'))),
    },
  },
  rows: [
    ...holders('organization'),
    { actor: computeNode, list: ['collaboration'], view: ['collaboration'], update: ['itself'] },
    { actor: container, list: ['collaboration'], view: ['collaboration'] },
    { actor: everyone, list: ['listed'], view: ['host'] },
  ],
  grants: {
    holders: {
      text: 'holders of organization:view',
      holds: isInReach('organization', 'VIEW', ofOrganization),
    },
    machines: {
      text: 'compute nodes and containers of its collaborations',
      holds: isOfMachinesCollaboration,
    },
    partners: {
      text: 'members of it, and of organizations that share a collaboration with it',
      holds: isOfPartner,
    },
    editors: {
      text: 'holders of organization:update',
      holds: isInReach('organization', 'UPDATE', ofOrganization),
    },
    itself: { text: 'its compute nodes', holds: isOfMachine('id', 'organizationId') },
  },
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'members',
    'memberships',
    'membershipInvites',
    'publicKeys',
    'collaborations',
    'computeNodes',
    'tasks',
    'roles',
    'events',
  ],
  guarded: {
    name: { write: ['editors'] },
    domain: { write: ['editors'] },
    country: { write: ['editors'] },
    address1: { read: ['holders', 'machines'], write: ['editors'] },
    address2: { read: ['holders', 'machines'], write: ['editors'] },
    zipcode: { read: ['holders', 'machines'], write: ['editors'] },
    publicKey: { read: ['holders', 'partners', 'machines'], write: ['editors', 'itself'] },
    publicKeyVersion: { read: ['holders', 'partners', 'machines'], write: [] },
    version: { read: ['holders', 'machines'], write: [] },
  },
});

/** The public keys that organizations have and had: for those who read the present one. Written by the database alone. */
export const publicKeyPermissions = permissionTable({
  resource: 'PublicKey',
  exists: all(),
  notes: {
    reach: {
      text: 'of an organization that organization:view reaches',
      holds: isInReach('organization', 'VIEW', ofItsOrganization),
    },
    partners: {
      text: 'of an organization that the viewer belongs to, or that shares a collaboration with one',
      holds: via('organization', isOfPartner),
    },
    collaboration: {
      text: 'of an organization of its collaboration',
      holds: via('organization', isOfMachinesCollaboration),
    },
  },
  rows: [
    { actor: { ...registered, name: 'holder of organization:view' }, list: ['reach'], view: ['reach'] },
    { actor: { ...registered, name: 'member' }, list: ['partners'], view: ['partners'] },
    { actor: computeNode, list: ['collaboration'], view: ['collaboration'] },
    { actor: container, list: ['collaboration'], view: ['collaboration'] },
  ],
  grants: {},
  open: [
    'id',
    'createdAt',
    'updatedAt',
    'viewerCan',
    'organization',
    'keyVersion',
    'publicKey',
    'fingerprint',
    'replacedAt',
  ],
  guarded: {},
});

/**
 * Who belongs to organizations: what rules on users come to at organization scope and wider. At own scope they are
 * about the account, which is self's and staff's (user.permissions.ts). Update is of the roles and rules held in it.
 */
export const membershipPermissions = permissionTable({
  resource: 'Membership',
  exists: via('user', isNull('deletedAt')),
  notes: { ...scopeNotes(ofItsOrganization), self: { text: 'oneself', holds: isViewer('user') } },
  rows: [
    ...holders('user', { scopes: ['ORGANIZATION', 'COLLABORATION', 'GLOBAL'] }),
    { actor: { ...registered, name: 'self' }, list: ['self'], view: ['self'], delete: ['self'] },
  ],
  remarks: ['Whoever leaves an organization, or is removed, loses every role and rule held in it.'],
  grants: {
    self: { text: 'self', holds: isViewer('user') },
    editors: {
      text: 'holders of user:update over that member (not own scope)',
      holds: isInReach('user', 'UPDATE', ofItsOrganization, ['ORGANIZATION', 'COLLABORATION', 'GLOBAL']),
    },
  },
  open: ['id', 'createdAt', 'updatedAt', 'viewerCan', 'user', 'organization'],
  guarded: {
    roles: { read: ['self', 'editors'], write: ['editors'] },
    rules: { read: ['self', 'editors'], write: ['editors'] },
  },
});
