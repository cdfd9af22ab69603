/** add topics. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0018 extends Migration {
  override name = '0018-add-topics';

  override up(): void {
    this.addSql(
      `create table "event_topics" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "slug" text not null, "version" int not null default 1, "system_image_url" text null, primary key ("id"));`,
    );
    this.addSql(`alter table "event_topics" add constraint "event_topics_slug_unique" unique ("slug");`);
    this.addSql(
      `create table "event_sub_topics" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "slug" text not null, "version" int not null default 1, "topic_id" uuid not null, primary key ("id"));`,
    );
    this.addSql(`create index "event_sub_topics_topic_id_index" on "event_sub_topics" ("topic_id");`);
    this.addSql(
      `alter table "event_sub_topics" add constraint "event_sub_topics_slug_unique" unique ("slug");`,
    );
    this.addSql(
      `create table "event_types" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "name" text not null, "slug" text not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`alter table "event_types" add constraint "event_types_slug_unique" unique ("slug");`);
    this.addSql(
      `alter table "events" add "topic_id" uuid null, add "sub_topic_id" uuid null, add "type_id" uuid null;`,
    );
    this.addSql(
      `alter table "events" add constraint "events_topic_id_foreign" foreign key ("topic_id") references "event_topics" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "events" add constraint "events_sub_topic_id_foreign" foreign key ("sub_topic_id") references "event_sub_topics" ("id") on delete restrict;`,
    );
    this.addSql(
      `alter table "events" add constraint "events_type_id_foreign" foreign key ("type_id") references "event_types" ("id") on delete restrict;`,
    );
    this.addSql(`create index "events_topic_id_index" on "events" ("topic_id");`);
    this.addSql(`create index "events_sub_topic_id_index" on "events" ("sub_topic_id");`);
    this.addSql(`create index "events_type_id_index" on "events" ("type_id");`);
    this.addSql(
      `alter table "event_sub_topics" add constraint "event_sub_topics_topic_id_foreign" foreign key ("topic_id") references "event_topics" ("id") on delete restrict;`,
    );
  }
}
