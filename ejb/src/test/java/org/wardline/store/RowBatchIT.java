package org.wardline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RowBatchIT {
  private static final Table SAMPLE =
      Table.of(
          "sample",
          "id uuid",
          "n integer",
          "yes boolean",
          "at timestamptz",
          "words text[]",
          "keys uuid[]",
          "raw bytea");
  private static final Table OTHER = Table.of("other", "id uuid").onConflict("id", "do nothing");
  private static final Table COUNTED =
      Table.of("counted", "id uuid", "n integer").onConflict("id", "do update set n = excluded.n");
  private static final Table AFTER =
      Table.of("zcounted", "id uuid", "n integer").onConflict("id", "do update set n = excluded.n");
  private static final TestDatabase DATABASE = TestDatabase.get();

  @BeforeAll
  static void tables() {
    DATABASE
        .owner()
        .update(
            "create table sample (seq bigint generated always as identity, id uuid primary key, n integer, yes boolean, at timestamptz, words text[], keys uuid[], raw bytea)");
    DATABASE.owner().update("create table other (id uuid primary key)");
    for (String name : List.of("counted", "zcounted")) {
      DATABASE.owner().update("create table " + name + " (id uuid primary key, n integer)");
      DATABASE
          .owner()
          .update("grant select, insert, update, delete on " + name + " to wardline_app");
    }
    DATABASE.owner().update("grant select, insert on sample, other to wardline_app");
  }

  @Test
  void values_of_every_type_come_back_as_they_went_in_and_in_order() {
    Database database = DATABASE.application();
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    Instant at = Instant.parse("2026-11-01T08:00:00.123Z");
    String hostile = "a\"b\\c,{d} NULL \u0623\u0646\u0627 \uD83E\uDE7A'";
    database.write(
        new RowBatch()
            .add(
                SAMPLE,
                one,
                7,
                true,
                at,
                new String[] {hostile, ""},
                new UUID[] {two},
                new byte[] {0, -1, 92})
            .add(OTHER, one)
            .add(OTHER, one)
            .add(SAMPLE, two, null, null, null, new String[] {}, new UUID[] {}, null));
    assertThat(database.list("select id from sample order by seq", row -> row.uuid("id")))
        .containsSubsequence(List.of(one, two));
    database.first(
        "select * from sample where id = ?",
        row -> {
          assertThat(row.integer("n")).isEqualTo(7);
          assertThat(row.flag("yes")).isTrue();
          assertThat(row.instant("at")).isEqualTo(at);
          assertThat(row.texts("words")).containsExactly(hostile, "");
          assertThat(row.bytes("raw")).containsExactly(0, -1, 92);
          return true;
        },
        one);
    assertThat(database.list("select id from other", row -> row.uuid("id"))).contains(one);
  }

  @Test
  void two_that_write_the_same_rows_in_another_order_do_not_block_each_other() throws Exception {
    Database database = DATABASE.application();
    List<UUID> ids = Stream.generate(UUID::randomUUID).limit(50).toList();
    List<UUID> backwards = new ArrayList<>(ids);
    Collections.reverse(backwards);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<?> one =
          pool.submit(
              () ->
                  IntStream.range(0, 300)
                      .forEach(n -> database.write(counted(ids, n, COUNTED, AFTER))));
      Future<?> other =
          pool.submit(
              () ->
                  IntStream.range(0, 300)
                      .forEach(
                          n ->
                              database.write(
                                  counted(backwards, n, AFTER, COUNTED)
                                      .add(OTHER, UUID.randomUUID()))));
      one.get(2, TimeUnit.MINUTES);
      other.get(2, TimeUnit.MINUTES);
    } finally {
      pool.shutdownNow();
    }
    assertThat(database.list("select n from counted", row -> row.integer("n")))
        .hasSize(50)
        .containsOnly(299);
  }

  private static RowBatch counted(List<UUID> ids, int n, Table... tables) {
    var rows = new RowBatch();
    for (Table table : tables) {
      ids.forEach(id -> rows.add(table, id, n));
    }
    return rows;
  }

  @Test
  void a_row_that_must_be_new_and_is_not_ends_the_transaction() {
    Database database = DATABASE.application();
    Table once = Table.of("other", "id uuid").once("id");
    UUID one = UUID.randomUUID();
    UUID counted = UUID.randomUUID();
    database.write(new RowBatch().add(once, one).add(COUNTED, counted, 300));
    database.write(new RowBatch().add(once, UUID.randomUUID()));
    for (RowBatch again :
        List.of(
            new RowBatch().add(once, one),
            new RowBatch().add(once, UUID.randomUUID()).add(once, one).add(COUNTED, counted, 301),
            new RowBatch().add(COUNTED, counted, 301).add(once, one).add(AFTER, counted, 1))) {
      assertThatThrownBy(() -> DATABASE.inTransaction(() -> database.write(again)))
          .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.duplicate()).isTrue());
    }
    assertThat(
            database.first("select n from counted where id = ?", row -> row.integer("n"), counted))
        .contains(300);
    database.update("delete from counted where id = ?", counted);
  }

  @Test
  void what_is_in_a_column_is_told_once_each_before_it_is_written() {
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    RowBatch rows = new RowBatch().add(OTHER, two).add(OTHER, one).add(OTHER, two);
    assertThat(rows.values(OTHER, "id")).containsExactly(two, one);
    assertThat(rows.values(SAMPLE, "n")).isEmpty();
    assertThatThrownBy(() -> rows.values(OTHER, "no_such"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void when_one_row_cannot_be_written_none_of_any_table_is() {
    Database database = DATABASE.application();
    UUID fresh = UUID.randomUUID();
    UUID twice = UUID.randomUUID();
    RowBatch batch = new RowBatch().add(OTHER, fresh);
    for (int i = 0; i < 2; i++) {
      batch.add(SAMPLE, twice, i, true, null, new String[0], new UUID[0], null);
    }
    assertThatThrownBy(() -> database.write(batch)).isInstanceOf(StoreException.class);
    assertThat(database.first("select 1 from other where id = ?", row -> true, fresh)).isEmpty();
  }
}
