/**
 * Full text search. The function makes the words of a row: without accents, tags and signs, in small letters. It names
 * nothing but PostgreSQL's own, so that it works under any search path, when a dump is restored above all.
 */
import { Migration } from '@mikro-orm/migrations';

export class Migration0020 extends Migration {
  override name = '0020-add-search';

  override up(): void {
    this
      .addSql(`create function search_vector(heading text, rest text) returns tsvector language sql immutable parallel safe as $$
      select setweight(to_tsvector('pg_catalog.simple'::regconfig, lower(regexp_replace(regexp_replace(regexp_replace(
          normalize(heading, nfkd), '[\\u0300-\\u036f]', '', 'g'), '<[^>]*>', ' ', 'g'), '[^[:alnum:]\\u0080-\\uffff]+', ' ', 'g'))), 'A')
        || setweight(to_tsvector('pg_catalog.simple'::regconfig, lower(regexp_replace(regexp_replace(regexp_replace(
          normalize(rest, nfkd), '[\\u0300-\\u036f]', '', 'g'), '<[^>]*>', ' ', 'g'), '[^[:alnum:]\\u0080-\\uffff]+', ' ', 'g'))), 'B') $$`);
    this.addSql(
      `create index events_search_index on events using gin (search_vector(coalesce("name", ''), coalesce("description", '') || ' ' || coalesce("location_name", '') || ' ' || coalesce("searchable_location_name", '') || ' ' || coalesce("owner_name", '')));`,
    );
    this.addSql(
      `create index speakers_search_index on speakers using gin (search_vector(coalesce("name", ''), coalesce("organisation", '') || ' ' || coalesce("position", '') || ' ' || coalesce("short_biography", '') || ' ' || coalesce("long_biography", '') || ' ' || coalesce("city", '') || ' ' || coalesce("country", '')));`,
    );
    this.addSql(
      `create index sessions_search_index on sessions using gin (search_vector(coalesce("title", ''), coalesce("subtitle", '') || ' ' || coalesce("short_abstract", '') || ' ' || coalesce("long_abstract", '')));`,
    );
  }
}
