/** The tables of accounts, events, settings, and of what the platform keeps. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0001 extends Migration {
  override name = '0001-initial';

  override up(): void {
    this.addSql(
      `create table "events" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "identifier" text not null, "name" text not null, "description" text null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "timezone" text not null default 'UTC', "location_name" text null, "searchable_location_name" text null, "latitude" double precision null, "longitude" double precision null, "online" boolean not null default false, "state" text not null default 'DRAFT', "privacy" text not null default 'PUBLIC', "logo_url" text null, "original_image_url" text null, "large_image_url" text null, "thumbnail_image_url" text null, "icon_image_url" text null, "external_event_url" text null, "ticket_url" text null, "owner_name" text null, "owner_description" text null, "code_of_conduct" text null, "schedule_published_at" timestamptz(3) null, "is_sessions_speakers_enabled" boolean not null default true, "is_featured" boolean not null default false, "is_promoted" boolean not null default false, "is_demoted" boolean not null default false, "version" int not null default 1, "source_owner_id" uuid null, "source_identifier" text null, "deleted_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index events_listed_index on events (starts_at, id) where deleted_at is null;`);
    this.addSql(
      `create unique index events_source_unique on events (source_owner_id, source_identifier) where deleted_at is null;`,
    );
    this.addSql(`alter table "events" add constraint "events_identifier_unique" unique ("identifier");`);
    this.addSql(
      `create table "calls_for_speakers" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "soft_ends_at" timestamptz(3) null, "announcement" text null, "privacy" text not null default 'PUBLIC', "is_enabled" boolean not null default true, "hash" text not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "calls_for_speakers" add constraint "calls_for_speakers_event_id_unique" unique ("event_id");`,
    );
    this.addSql(
      `create table "mailbox_messages" ("job_id" text not null, "recipient" text not null, "subject" text not null, "text" text not null, "html" text not null, "created_at" timestamptz(3) not null default now(), primary key ("job_id"));`,
    );
    this.addSql(`create index "mailbox_messages_created_at_index" on "mailbox_messages" ("created_at");`);
    this.addSql(
      `create table "outbox" ("id" uuid not null, "name" text not null, "payload" jsonb not null, "actor_id" uuid null, "created_at" timestamptz(3) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "outbox_created_at_index" on "outbox" ("created_at");`);
    this.addSql(
      `create table "rate_limits" ("key" text not null, "points" int not null, "expire" bigint null, primary key ("key"));`,
    );
    this.addSql(`create index "rate_limits_expire_index" on "rate_limits" ("expire");`);
    this.addSql(
      `create table "rooms" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "name" text not null, "floor" int null, "room" text null, "latitude" double precision null, "longitude" double precision null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "rooms_event_id_index" on "rooms" ("event_id");`);
    this.addSql(
      `create table "session_types" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "name" text not null, "length_minutes" int not null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "session_types_event_id_index" on "session_types" ("event_id");`);
    this.addSql(
      `create table "settings" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "is_only" boolean not null default true, "app_name" text null default 'Convoke', "tagline" text null, "analytics_key" text null, "stripe_publishable_key" text null, "google_url" text null, "github_url" text null, "twitter_url" text null, "support_url" text null, "facebook_url" text null, "youtube_url" text null, "android_app_url" text null, "web_app_url" text null, "frontend_url" text null, "mail_from" text null, primary key ("id"));`,
    );
    this.addSql(`alter table "settings" add constraint "settings_is_only_unique" unique ("is_only");`);
    this.addSql(
      `create table "sponsors" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "name" text not null, "description" text null, "url" text null, "logo_url" text null, "level" int null, "type" text null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "sponsors_event_id_index" on "sponsors" ("event_id");`);
    this.addSql(
      `create table "notices" ("id" bigserial primary key, "topic" text not null, "payload" jsonb not null, "created_at" timestamptz(3) not null default now());`,
    );
    this.addSql(`create index "notices_created_at_index" on "notices" ("created_at");`);
    this.addSql(
      `create table "tracks" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "name" text not null, "description" text null, "color" text not null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "tracks_event_id_index" on "tracks" ("event_id");`);
    this.addSql(
      `create table "users" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "email" text null, "username" text null, "password_hash" text null, "first_name" text null, "last_name" text null, "public_name" text null, "avatar_url" text null, "is_profile_public" boolean not null default false, "is_admin" boolean not null default false, "is_super_admin" boolean not null default false, "is_verified" boolean not null default false, "is_blocked" boolean not null default false, "last_seen_at" timestamptz(3) null, "version" int not null default 1, "deleted_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create unique index users_username_unique on users (lower(username)) where deleted_at is null;`,
    );
    this.addSql(`create unique index users_email_unique on users (lower(email)) where deleted_at is null;`);
    this.addSql(
      `create table "token_families" ("id" uuid not null, "user_id" uuid not null, "created_at" timestamptz(3) not null default now(), "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "token_families_user_id_index" on "token_families" ("user_id");`);
    this.addSql(`create index "token_families_expires_at_index" on "token_families" ("expires_at");`);
    this.addSql(
      `create table "refresh_tokens" ("id" uuid not null, "family_id" uuid not null, "hash" text not null, "expires_at" timestamptz(3) not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "refresh_tokens_family_id_index" on "refresh_tokens" ("family_id");`);
    this.addSql(`alter table "refresh_tokens" add constraint "refresh_tokens_hash_unique" unique ("hash");`);
    this.addSql(
      `create table "speakers" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "user_id" uuid null, "creator_id" uuid null, "entered_by_team" boolean not null default false, "name" text not null, "email" text null, "photo_url" text null, "thumbnail_image_url" text null, "small_image_url" text null, "icon_image_url" text null, "organisation" text null, "position" text null, "country" text null, "city" text null, "address" text null, "gender" text null, "heard_from" text null, "sponsorship_required" text null, "speaking_experience" text null, "short_biography" text null, "long_biography" text null, "mobile" text null, "website" text null, "twitter" text null, "facebook" text null, "github" text null, "linkedin" text null, "instagram" text null, "mastodon" text null, "is_featured" boolean not null default false, "sort_order" int not null default 0, "version" int not null default 1, "source_id" text null, "deleted_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "speakers_event_id_index" on "speakers" ("event_id");`);
    this.addSql(`create index "speakers_user_id_index" on "speakers" ("user_id");`);
    this.addSql(`create index "speakers_creator_id_index" on "speakers" ("creator_id");`);
    this.addSql(
      `create index speakers_programme_index on speakers (event_id, name, id) where deleted_at is null;`,
    );
    this.addSql(
      `create unique index speakers_email_unique on speakers (event_id, lower(email)) where deleted_at is null and user_id is null and email is not null;`,
    );
    this.addSql(
      `create unique index speakers_user_unique on speakers (event_id, user_id) where deleted_at is null and user_id is not null;`,
    );
    this.addSql(
      `create table "sessions" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "track_id" uuid null, "room_id" uuid null, "session_type_id" uuid null, "creator_id" uuid null, "entered_by_team" boolean not null default false, "title" text not null, "subtitle" text null, "level" text null, "language" text null, "short_abstract" text null, "long_abstract" text null, "comments" text null, "website" text null, "twitter" text null, "facebook" text null, "github" text null, "linkedin" text null, "instagram" text null, "gitlab" text null, "mastodon" text null, "slides_url" text null, "video_url" text null, "audio_url" text null, "signup_url" text null, "starts_at" timestamptz(3) null, "ends_at" timestamptz(3) null, "state" text not null default 'PENDING', "is_locked" boolean not null default false, "submitted_at" timestamptz(3) null, "sort_order" int not null default 0, "version" int not null default 1, "source_id" text null, "deleted_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "sessions_event_id_index" on "sessions" ("event_id");`);
    this.addSql(`create index "sessions_track_id_index" on "sessions" ("track_id");`);
    this.addSql(`create index "sessions_room_id_index" on "sessions" ("room_id");`);
    this.addSql(`create index "sessions_session_type_id_index" on "sessions" ("session_type_id");`);
    this.addSql(`create index "sessions_creator_id_index" on "sessions" ("creator_id");`);
    this.addSql(
      `create index sessions_public_index on sessions (event_id, starts_at, id) where deleted_at is null and state in ('ACCEPTED', 'CONFIRMED');`,
    );
    this.addSql(
      `create index sessions_programme_index on sessions (event_id, starts_at, id) where deleted_at is null;`,
    );
    this.addSql(
      `create table "session_speakers" ("session_id" uuid not null, "speaker_id" uuid not null, primary key ("session_id", "speaker_id"));`,
    );
    this.addSql(`create index "session_speakers_speaker_id_index" on "session_speakers" ("speaker_id");`);
    this.addSql(
      `create table "event_members" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "user_id" uuid not null, "role" text not null, primary key ("id"));`,
    );
    this.addSql(`create index "event_members_event_id_index" on "event_members" ("event_id");`);
    this.addSql(`create index "event_members_user_id_index" on "event_members" ("user_id");`);
    this.addSql(
      `create unique index event_members_owner_unique on event_members (event_id) where role = 'OWNER';`,
    );
    this.addSql(
      `alter table "event_members" add constraint "event_members_event_id_user_id_role_unique" unique ("event_id", "user_id", "role");`,
    );
    this.addSql(
      `create table "email_tokens" ("id" uuid not null, "user_id" uuid not null, "purpose" text not null, "email" text not null, "hash" text not null, "expires_at" timestamptz(3) not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "email_tokens_user_id_index" on "email_tokens" ("user_id");`);
    this.addSql(`alter table "email_tokens" add constraint "email_tokens_hash_unique" unique ("hash");`);
    this.addSql(`create index "email_tokens_expires_at_index" on "email_tokens" ("expires_at");`);
    this.addSql(
      `alter table "events" add constraint "events_state_check" check ("state" in ('DRAFT', 'PUBLISHED'));`,
    );
    this.addSql(
      `alter table "events" add constraint "events_privacy_check" check ("privacy" in ('PUBLIC', 'PRIVATE'));`,
    );
    this.addSql(
      `alter table "calls_for_speakers" add constraint "calls_for_speakers_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "calls_for_speakers" add constraint "calls_for_speakers_privacy_check" check ("privacy" in ('PUBLIC', 'PRIVATE'));`,
    );
    this.addSql(
      `alter table "rooms" add constraint "rooms_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "session_types" add constraint "session_types_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "sponsors" add constraint "sponsors_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "tracks" add constraint "tracks_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "token_families" add constraint "token_families_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "refresh_tokens" add constraint "refresh_tokens_family_id_foreign" foreign key ("family_id") references "token_families" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "speakers" add constraint "speakers_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "speakers" add constraint "speakers_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "speakers" add constraint "speakers_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_track_id_foreign" foreign key ("track_id") references "tracks" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_room_id_foreign" foreign key ("room_id") references "rooms" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_session_type_id_foreign" foreign key ("session_type_id") references "session_types" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_state_check" check ("state" in ('DRAFT', 'PENDING', 'ACCEPTED', 'CONFIRMED', 'REJECTED', 'CANCELED', 'WITHDRAWN'));`,
    );
    this.addSql(
      `create or replace function "sessions_sessions_same_event_fn"() returns trigger as $$ begin if exists (select 1 from tracks t where t.id = new.track_id and t.event_id <> new.event_id) or exists (select 1 from rooms r where r.id = new.room_id and r.event_id <> new.event_id) or exists (select 1 from session_types y where y.id = new.session_type_id and y.event_id <> new.event_id) then raise exception 'a session and its track, room and type are of one event'; end if; return new; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "sessions_same_event" BEFORE INSERT OR UPDATE on "sessions" for each ROW execute function "sessions_sessions_same_event_fn"();`,
    );
    this.addSql(
      `alter table "session_speakers" add constraint "session_speakers_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "session_speakers" add constraint "session_speakers_speaker_id_foreign" foreign key ("speaker_id") references "speakers" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `create or replace function "session_speakers_session_speakers_same_event_fn"() returns trigger as $$ begin if not exists (select 1 from sessions s join speakers p on p.event_id = s.event_id where s.id = new.session_id and p.id = new.speaker_id) then raise exception 'a session and its speaker are of one event'; end if; return new; end; $$ language plpgsql;`,
    );
    this.addSql(
      `create trigger "session_speakers_same_event" BEFORE INSERT OR UPDATE on "session_speakers" for each ROW execute function "session_speakers_session_speakers_same_event_fn"();`,
    );
    this.addSql(
      `alter table "event_members" add constraint "event_members_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "event_members" add constraint "event_members_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "event_members" add constraint "event_members_role_check" check ("role" in ('OWNER', 'ORGANIZER', 'COORGANIZER', 'TRACK_ORGANIZER', 'MODERATOR', 'REGISTRAR'));`,
    );
    this.addSql(
      `alter table "email_tokens" add constraint "email_tokens_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }
}
