/** add links faqs copyright. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0023 extends Migration {
  override name = '0023-add-links-faqs-copyright';

  override up(): void {
    this.addSql(
      `create table "faqs" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "question" text not null, "answer" text not null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "faqs_event_id_index" on "faqs" ("event_id");`);
    this.addSql(
      `create table "copyrights" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "holder" text not null, "holder_url" text null, "licence" text null, "licence_url" text null, "logo_url" text null, "year" int null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`alter table "copyrights" add constraint "copyrights_event_id_unique" unique ("event_id");`);
    this.addSql(
      `create table "social_links" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "event_id" uuid not null, "name" text not null, "link" text not null, "identifier" text not null, "position" int not null default 0, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "social_links_event_id_index" on "social_links" ("event_id");`);
    this.addSql(
      `alter table "faqs" add constraint "faqs_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "copyrights" add constraint "copyrights_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "social_links" add constraint "social_links_event_id_foreign" foreign key ("event_id") references "events" ("id") on delete cascade;`,
    );
  }
}
