/** pictures. */
import { Migration } from '@mikro-orm/migrations';

export class Migration0008 extends Migration {
  override name = '0008-pictures';

  override up(): void {
    this.addSql(
      `create table "image_sizes" ("id" uuid not null, "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "kind" text not null, "format" text not null default 'JPEG', "original_quality" int not null default 90, "large_width" int null, "large_quality" int null, "thumbnail_width" int not null default 500, "thumbnail_quality" int not null default 80, "small_width" int null, "small_quality" int null, "icon_width" int not null, "icon_quality" int not null default 80, "logo_width" int null, "logo_quality" int null, primary key ("id"));`,
    );
    this.addSql(`alter table "image_sizes" add constraint "image_sizes_kind_unique" unique ("kind");`);
    this.addSql(
      `create table "uploads" ("id" uuid not null, "user_id" uuid null, "key" text not null, "created_at" timestamptz(3) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "uploads_user_id_index" on "uploads" ("user_id");`);
    this.addSql(`create index "uploads_created_at_index" on "uploads" ("created_at");`);
    this.addSql(
      `alter table "image_sizes" add constraint "image_sizes_kind_check" check ("kind" in ('EVENT', 'PERSON'));`,
    );
    this.addSql(
      `alter table "image_sizes" add constraint "image_sizes_format_check" check ("format" in ('JPEG', 'WEBP'));`,
    );
    this.addSql(
      `alter table "uploads" add constraint "uploads_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;`,
    );
  }
}
