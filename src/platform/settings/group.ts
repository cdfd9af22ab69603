/**
 * Groups of settings: classes whose properties are what administrators change while the server runs. One line in a
 * class declares the column of the one row of settings, the field that staff read and the key of the input. Whoever
 * needs a setting declares it in a group of theirs, adds the group to settings/settings.entity.ts and reads it with
 * `settingsOf` (read.ts): at each use, so that all instances see a change at once.
 */
import type { ClassType } from 'type-graphql';
import { Field, InputType, ObjectType } from 'type-graphql';
import type { ColumnKind } from '../data/entity.ts';
import { Column, Computed, columnKinds } from '../data/entity.ts';
import { literal } from '../data/sql.ts';

/** A kind of setting: a kind of column, or a secret, which is written, kept encrypted, and in no read ever again. */
export type SettingKind = Exclude<ColumnKind, 'json' | 'uuid' | 'time'> | 'secret';

/** What a setting is beside its kind. */
export interface SettingOptions {
  readonly description: string;
  /** What it is when nobody has set it; without one it may be null. */
  readonly default?: string | number | boolean;
  /** People follow where it leads, with their tokens and passwords: only a super admin sets it, and all of them are told. */
  readonly isSuperAdmins?: true;
  /** The least and the most that a number may be, both included. */
  readonly range?: readonly [least: number, most: number];
}

/** A setting of a group. */
export interface DeclaredSetting extends SettingOptions {
  readonly name: string;
  readonly kind: SettingKind;
}

/** A class of settings. */
export type SettingsGroup<T extends object = object> = new () => T;

interface Declared {
  readonly settings: DeclaredSetting[];
  /** The name of the group's field, known once it stands on the entity. */
  field?: string;
  input?: ClassType;
}

const groups = new Map<object, Declared>();

function declaredBy(group: object): Declared {
  const known = groups.get(group);
  if (known) return known;
  const made: Declared = { settings: [] };
  groups.set(group, made);
  return made;
}

/** A setting of the class. A secret shows as `…IsSet`. */
export function Setting(kind: SettingKind, options: SettingOptions): PropertyDecorator {
  return (prototype, key) => {
    const name = String(key);
    declaredBy(prototype.constructor).settings.push({ ...options, name, kind });
    const { description } = options;
    if (kind === 'secret')
      Field(() => Boolean, { description: `Whether this is set: ${description}` })(prototype, `${name}IsSet`);
    else
      Field(columnKinds[kind].type as () => ClassType, {
        nullable: options.default === undefined,
        description,
      })(prototype, name);
  };
}

/** A group: an object type of the schema, and an input for changes. @param name of the type, such as `MailSettings` */
export function SettingsGroup(name: string, description: string): ClassDecorator {
  return (target) => {
    ObjectType(name, { simpleResolvers: true, description })(target as never);
    class Input {}
    InputType(`${name}Input`, {
      description: `Changes to ${name}: an absent key is left alone, null puts the default back or clears it.`,
    })(Input);
    const declared = declaredBy(target);
    for (const { name: key, kind, description: about } of declared.settings) {
      const type = kind === 'secret' ? columnKinds.opaque.type : columnKinds[kind].type;
      Field(type as () => ClassType, { nullable: true, description: about })(Input.prototype, key);
    }
    declared.input = Input;
  };
}

/** The settings of a group, in their order. */
export function settingsIn(group: object): readonly DeclaredSetting[] {
  return declaredBy(group).settings;
}

/** The groups that stand on the entity of the settings, by the names of their fields there and in the input. */
export function groupsByField(): ReadonlyMap<string, object> {
  return new Map(
    [...groups].flatMap(([group, { field }]) => (field === undefined ? [] : [[field, group] as const])),
  );
}

/** The input of a group. */
export function inputOf(group: object): ClassType {
  return declaredBy(group).input as ClassType;
}

/** The property (and, in snake case, the column) of a setting on the one row: `mail` and `from` are `mailFrom`. */
export function propertyOf(group: object, setting: string): string {
  const { field } = declaredBy(group);
  if (!field) throw new Error('A group of settings stands on no entity');
  return `${field}${setting[0].toUpperCase()}${setting.slice(1)}`;
}

/** A group on the entity of the settings: its columns, and a field that shows them. The table guards it for staff. */
export function Group(group: SettingsGroup): PropertyDecorator {
  return (prototype, key) => {
    const declared = declaredBy(group);
    declared.field = String(key);
    const properties = declared.settings.map((setting) => ({
      setting,
      property: propertyOf(group, setting.name),
    }));
    for (const { setting, property } of properties) {
      Column(setting.kind === 'secret' ? 'opaque' : setting.kind, {
        api: false,
        nullable: setting.default === undefined,
        ...(setting.default === undefined ? {} : { default: literal(setting.default) }),
      })(prototype, property);
    }
    Computed(
      () => group,
      { columns: properties.map(({ property }) => property) },
      (row: Record<string, unknown>) =>
        Object.fromEntries(
          properties.map(({ setting: { name, kind }, property }) =>
            kind === 'secret'
              ? [`${name}IsSet`, (row[property] ?? null) !== null]
              : [name, row[property] ?? null],
          ),
        ),
      { nullable: true },
    )(prototype, key);
  };
}
