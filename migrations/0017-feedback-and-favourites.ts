/** feedback and favourites. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0017 extends Migration {
  override name = '0017-feedback-and-favourites';

  override up(): void {
    this.addSql(
      `create table "feedback" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "user_id" uuid not null, "event_id" uuid null, "session_id" uuid null, "rating" int not null, "comment" text null, primary key ("id"));`,
    );
    this.addSql(`create index "feedback_user_id_index" on "feedback" ("user_id");`);
    this.addSql(`create index "feedback_event_id_index" on "feedback" ("event_id");`);
    this.addSql(`create index "feedback_session_id_index" on "feedback" ("session_id");`);
    this.addSql(
      `alter table "feedback" add constraint "feedback_user_id_session_id_unique" unique ("user_id", "session_id");`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_user_id_event_id_unique" unique ("user_id", "event_id");`,
    );
    this.addSql(
      `create table "favourites" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "user_id" uuid not null, "event_id" uuid null, "session_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "favourites_user_id_index" on "favourites" ("user_id");`);
    this.addSql(`create index "favourites_event_id_index" on "favourites" ("event_id");`);
    this.addSql(`create index "favourites_session_id_index" on "favourites" ("session_id");`);
    this.addSql(
      `alter table "favourites" add constraint "favourites_user_id_session_id_unique" unique ("user_id", "session_id");`,
    );
    this.addSql(
      `alter table "favourites" add constraint "favourites_user_id_event_id_unique" unique ("user_id", "event_id");`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_rating_check" check (rating >= 1 and rating <= 5);`,
    );
    this.addSql(
      `alter table "feedback" add constraint "feedback_subject_check" check (num_nonnulls(event_id, session_id) = 1);`,
    );
    this.addSql(
      `alter table "favourites" add constraint "favourites_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "favourites" add constraint "favourites_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "favourites" add constraint "favourites_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "favourites" add constraint "favourites_subject_check" check (num_nonnulls(event_id, session_id) = 1);`,
    );
  }
}
