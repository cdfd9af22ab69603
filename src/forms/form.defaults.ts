/**
 * The fields that every event begins with, and what is known of them: they stand for fields of sessions and speakers
 * that the schema has by name. Everything else on a form is custom, and is answered in `answers`.
 */
import { FormFieldType, FormKind } from './form.kinds.ts';

const { TEXT, PARAGRAPH, SELECT, EMAIL, URL, FILE, IMAGE } = FormFieldType;

/** A field of a session or speaker that a form can ask for. */
export interface BuiltInField {
  readonly fieldIdentifier: string;
  readonly name: string;
  readonly type: FormFieldType;
  /** The key of the input that sets it, and the property that holds it, where these are called otherwise. */
  readonly inputKey: string;
  readonly property: string;
  /** Whether the table of the resource shows it to all who see the row. */
  readonly isPublic: boolean;
  readonly isRequired: boolean;
  readonly isIncluded: boolean;
  readonly isFixed: boolean;
}

type Mark = 'included' | 'fixed';

function field(
  fieldIdentifier: string,
  name: string,
  type = TEXT,
  mark?: Mark,
  more: Partial<BuiltInField> = {},
): BuiltInField {
  return {
    fieldIdentifier,
    name,
    type,
    inputKey: fieldIdentifier,
    property: fieldIdentifier,
    isPublic: true,
    isRequired: mark === 'fixed',
    isIncluded: mark !== undefined,
    isFixed: mark === 'fixed',
    ...more,
  };
}

const hidden = { isPublic: false };

/**
 * The default fields, in the order of the form. `track` is asked for and not required, since an event begins without
 * tracks to choose from.
 */
export const builtInFields: Readonly<Record<FormKind, readonly BuiltInField[]>> = {
  SESSION: [
    field('title', 'Title', TEXT, 'fixed'),
    field('subtitle', 'Subtitle'),
    field('shortAbstract', 'Short Abstract', PARAGRAPH, 'included'),
    field('longAbstract', 'Long Abstract', PARAGRAPH),
    field('website', 'Website', URL, 'included'),
    field('facebook', 'Facebook', URL),
    field('twitter', 'Twitter', URL),
    field('github', 'GitHub', URL),
    field('gitlab', 'GitLab', URL),
    field('linkedin', 'LinkedIn', URL),
    field('instagram', 'Instagram', URL),
    field('mastodon', 'Mastodon', URL),
    field('comments', 'Comments', PARAGRAPH, undefined, hidden),
    field('track', 'Track', SELECT, 'included', { inputKey: 'trackId' }),
    field('sessionType', 'Session Type', SELECT, undefined, { inputKey: 'sessionTypeId' }),
    field('level', 'Level', SELECT),
    field('language', 'Language', SELECT),
    field('slides', 'Slides', FILE, 'included', { inputKey: 'slidesUrl', property: 'slidesUrl' }),
    field('videoUrl', 'Video', URL),
    field('audioUrl', 'Audio', URL),
  ],
  SPEAKER: [
    field('name', 'Name', TEXT, 'fixed'),
    field('email', 'E-mail', EMAIL, 'fixed', hidden),
    field('photoUrl', 'Photo', IMAGE, 'included'),
    field('organisation', 'Organisation', TEXT, 'included'),
    field('position', 'Position', TEXT, 'included'),
    field('address', 'Address', TEXT, undefined, hidden),
    field('country', 'Country', SELECT),
    field('city', 'City'),
    field('shortBiography', 'Short Biography', PARAGRAPH, 'included'),
    field('longBiography', 'Long Biography', PARAGRAPH),
    field('speakingExperience', 'Speaking Experience', TEXT, undefined, hidden),
    field('sponsorshipRequired', 'Sponsorship Required', TEXT, undefined, hidden),
    field('gender', 'Gender', SELECT, undefined, hidden),
    field('heardFrom', 'Heard from', TEXT, undefined, hidden),
    field('mobile', 'Mobile', TEXT, undefined, hidden),
    field('website', 'Website', URL, 'included'),
    field('facebook', 'Facebook', URL),
    field('twitter', 'Twitter', URL),
    field('github', 'GitHub', URL),
    field('linkedin', 'LinkedIn', URL),
    field('instagram', 'Instagram', URL),
    field('mastodon', 'Mastodon', URL),
  ],
  ATTENDEE: [],
};

/** The built-in field of this identifier, if it is one. */
export function builtInField(form: FormKind, fieldIdentifier: string): BuiltInField | undefined {
  return builtInFields[form].find((one) => one.fieldIdentifier === fieldIdentifier);
}

/** Whether a field stands for a field of the session or speaker; others are answered in `answers`. */
export function isBuiltIn(form: FormKind, fieldIdentifier: string): boolean {
  return builtInField(form, fieldIdentifier) !== undefined;
}

/** What a built-in field may be: a line may also be chosen from options. Tracks and session types are their own options. */
export function typesOf({ type, fieldIdentifier }: BuiltInField): readonly FormFieldType[] {
  if (fieldIdentifier === 'track' || fieldIdentifier === 'sessionType') return [SELECT];
  return type === TEXT || type === SELECT ? [TEXT, SELECT] : [type];
}
