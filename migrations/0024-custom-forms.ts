/** Custom forms, with the default fields of the events that are there, and the answers of sessions and speakers. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0024 extends Migration {
  override name = '0024-custom-forms';

  override up(): void {
    this.addSql(
      `create table "custom_forms" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "form" text not null, "type" text not null default 'TEXT', "field_identifier" text not null, "name" text not null, "description" text null, "is_required" boolean not null default false, "is_included" boolean not null default false, "is_fixed" boolean not null default false, "is_public" boolean not null default false, "position" int not null default 0, "options" jsonb not null default '[]', "translations" jsonb not null default '[]', "removed_at" timestamptz(3) null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "custom_forms_event_id_index" on "custom_forms" ("event_id");`);
    this.addSql(
      `alter table "custom_forms" add constraint "custom_forms_event_id_form_field_identifier_unique" unique ("event_id", "form", "field_identifier");`,
    );
    this.addSql(`alter table "speakers" add "answers" jsonb not null default '{}';`);
    this.addSql(`alter table "sessions" add "answers" jsonb not null default '{}';`);
    this.addSql(
      `alter table "custom_forms" add constraint "custom_forms_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "custom_forms" add constraint "custom_forms_form_check" check ("form" in ('SESSION', 'SPEAKER', 'ATTENDEE'));`,
    );
    this.addSql(
      `alter table "custom_forms" add constraint "custom_forms_type_check" check ("type" in ('TEXT', 'PARAGRAPH', 'CHECKBOX', 'SELECT', 'NUMBER', 'EMAIL', 'URL', 'BOOLEAN', 'YEAR', 'FILE', 'IMAGE'));`,
    );
    // Events that are there already get the fields that an event begins with.
    this.addSql(`insert into custom_forms
      (id, event_id, form, type, field_identifier, name, is_required, is_included, is_fixed, is_public, position)
      select gen_random_uuid(), e.id, d.* from events e cross join (values
      ('SESSION', 'TEXT', 'title', 'Title', true, true, true, true, 0),
      ('SESSION', 'TEXT', 'subtitle', 'Subtitle', false, false, false, true, 1),
      ('SESSION', 'PARAGRAPH', 'shortAbstract', 'Short Abstract', false, true, false, true, 2),
      ('SESSION', 'PARAGRAPH', 'longAbstract', 'Long Abstract', false, false, false, true, 3),
      ('SESSION', 'URL', 'website', 'Website', false, true, false, true, 4),
      ('SESSION', 'URL', 'facebook', 'Facebook', false, false, false, true, 5),
      ('SESSION', 'URL', 'twitter', 'Twitter', false, false, false, true, 6),
      ('SESSION', 'URL', 'github', 'GitHub', false, false, false, true, 7),
      ('SESSION', 'URL', 'gitlab', 'GitLab', false, false, false, true, 8),
      ('SESSION', 'URL', 'linkedin', 'LinkedIn', false, false, false, true, 9),
      ('SESSION', 'URL', 'instagram', 'Instagram', false, false, false, true, 10),
      ('SESSION', 'URL', 'mastodon', 'Mastodon', false, false, false, true, 11),
      ('SESSION', 'PARAGRAPH', 'comments', 'Comments', false, false, false, false, 12),
      ('SESSION', 'SELECT', 'track', 'Track', false, true, false, true, 13),
      ('SESSION', 'SELECT', 'sessionType', 'Session Type', false, false, false, true, 14),
      ('SESSION', 'SELECT', 'level', 'Level', false, false, false, true, 15),
      ('SESSION', 'SELECT', 'language', 'Language', false, false, false, true, 16),
      ('SESSION', 'FILE', 'slides', 'Slides', false, true, false, true, 17),
      ('SESSION', 'URL', 'videoUrl', 'Video', false, false, false, true, 18),
      ('SESSION', 'URL', 'audioUrl', 'Audio', false, false, false, true, 19),
      ('SPEAKER', 'TEXT', 'name', 'Name', true, true, true, true, 0),
      ('SPEAKER', 'EMAIL', 'email', 'E-mail', true, true, true, false, 1),
      ('SPEAKER', 'IMAGE', 'photoUrl', 'Photo', false, true, false, true, 2),
      ('SPEAKER', 'TEXT', 'organisation', 'Organisation', false, true, false, true, 3),
      ('SPEAKER', 'TEXT', 'position', 'Position', false, true, false, true, 4),
      ('SPEAKER', 'TEXT', 'address', 'Address', false, false, false, false, 5),
      ('SPEAKER', 'SELECT', 'country', 'Country', false, false, false, true, 6),
      ('SPEAKER', 'TEXT', 'city', 'City', false, false, false, true, 7),
      ('SPEAKER', 'PARAGRAPH', 'shortBiography', 'Short Biography', false, true, false, true, 8),
      ('SPEAKER', 'PARAGRAPH', 'longBiography', 'Long Biography', false, false, false, true, 9),
      ('SPEAKER', 'TEXT', 'speakingExperience', 'Speaking Experience', false, false, false, false, 10),
      ('SPEAKER', 'TEXT', 'sponsorshipRequired', 'Sponsorship Required', false, false, false, false, 11),
      ('SPEAKER', 'SELECT', 'gender', 'Gender', false, false, false, false, 12),
      ('SPEAKER', 'TEXT', 'heardFrom', 'Heard from', false, false, false, false, 13),
      ('SPEAKER', 'TEXT', 'mobile', 'Mobile', false, false, false, false, 14),
      ('SPEAKER', 'URL', 'website', 'Website', false, true, false, true, 15),
      ('SPEAKER', 'URL', 'facebook', 'Facebook', false, false, false, true, 16),
      ('SPEAKER', 'URL', 'twitter', 'Twitter', false, false, false, true, 17),
      ('SPEAKER', 'URL', 'github', 'GitHub', false, false, false, true, 18),
      ('SPEAKER', 'URL', 'linkedin', 'LinkedIn', false, false, false, true, 19),
      ('SPEAKER', 'URL', 'instagram', 'Instagram', false, false, false, true, 20),
      ('SPEAKER', 'URL', 'mastodon', 'Mastodon', false, false, false, true, 21)
      ) as d (form, type, field_identifier, name, is_required, is_included, is_fixed, is_public, position);`);
  }
}
