package org.wardline.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.wardline.audit.AuditSearch.Found;
import org.wardline.audit.AuditSearch.Query;
import org.wardline.audit.AuditSearch.Query.Code;
import org.wardline.audit.AuditSearch.Query.Codes;
import org.wardline.audit.AuditSearch.Query.Times;
import org.wardline.store.Database;
import org.wardline.store.TestDatabase;

class AuditSearchIT {
  private static final List<String> NONE = List.of();
  private static final UUID HERE = UUID.randomUUID();
  private static final UUID ELSEWHERE = UUID.randomUUID();
  private static final int RECORDS = 6_000;
  private static final Database DATABASE = TestDatabase.get().application();
  private static final AuditSearch SEARCH = new AuditSearch(DATABASE);

  /** Of 6,000 records one in 1,000 is of a leaver, one in 50 of a patient; all are of a machine. */
  @BeforeAll
  static void trail() {
    for (UUID organization : List.of(HERE, ELSEWHERE)) {
      DATABASE.update(
          """
          insert into audit_event (id, organization_id, recorded, action, type, subtype, outcome, agents, patients, entities, resource)
          select (left(version7_floor(w.at)::text, 24) || lpad(to_hex(? + n), 12, '0'))::uuid, ?, w.at, case when n % 3 = 0 then 'C' else 'R' end,
            'rest', '{}', '0', case when n % 1000 = 0 then array['Device/busy', 'Practitioner/rare'] else array['Device/busy'] end,
            case when n % 50 = 0 then array['cccccccc-0000-4000-8000-000000000001'::uuid] else '{}'::uuid[] end, '{}', n::text::bytea
          from (select n, now() - interval '1 minute' + n * interval '1 ms' as at from generate_series(1, ?) n) w""",
          organization.equals(HERE) ? 0 : 1_000_000, organization, RECORDS);
    }
  }

  @Test
  void who_acted_seldom_and_long_ago_is_found_whole_and_newest_first() {
    assertThat(numbers(find(asked("Practitioner/rare", null, null), 20)))
        .containsExactly(6000, 5000, 4000, 3000, 2000, 1000);
  }

  @Test
  void pages_of_who_acts_all_the_time_follow_each_other_to_the_end() {
    List<Integer> all = new ArrayList<>();
    List<Found> page = find(asked("Device/busy", null, null), 500);
    while (!page.isEmpty()) {
      all.addAll(numbers(page));
      page = find(asked("Device/busy", null, page.get(page.size() - 1).id()), 500);
    }
    assertThat(all).hasSize(RECORDS).doesNotHaveDuplicates();
    assertThat(all).isSortedAccordingTo(Collections.reverseOrder());
  }

  @Test
  void other_conditions_hold_besides_a_key() {
    assertThat(numbers(find(asked("Practitioner/rare", "C", null), 20)))
        .containsExactly(6000, 3000);
  }

  @Test
  void a_patients_records_come_a_page_at_a_time() {
    var patient = UUID.fromString("cccccccc-0000-4000-8000-000000000001");
    var query =
        new Query(
            Times.ANY,
            List.of(),
            List.of(patient),
            List.of(),
            null,
            Codes.ANY,
            List.of(),
            List.of(),
            null);
    assertThat(numbers(find(query, 3))).containsExactly(6000, 5950, 5900);
    assertThat(find(query, 500)).hasSize(RECORDS / 50);
  }

  @Test
  void a_record_about_two_patients_is_found_once_for_both() {
    var first = UUID.randomUUID();
    var second = UUID.randomUUID();
    DATABASE.update(
        """
        insert into audit_event (id, organization_id, recorded, action, type, subtype, outcome, agents, patients, entities, resource)
        select version7_floor(now() + n * interval '1 second'), ?, now(), 'U', 'rest', '{}', '0', array['lab sender'], ?, array['urn:uuid:' || ?::text], n::text::bytea
        from generate_series(1, 3) n""",
        HERE,
        new UUID[] {first, second},
        first.toString());
    var both =
        new Query(
            Times.ANY,
            List.of(),
            List.of(first, second),
            List.of(),
            null,
            Codes.ANY,
            List.of(),
            List.of(),
            null);
    assertThat(numbers(find(both, 20))).containsExactly(3, 2, 1);
    assertThat(numbers(find(both, 2))).containsExactly(3, 2);
    assertThat(find(asked("lab sender", null, null), 20)).hasSize(3);
    assertThat(SEARCH.find(ELSEWHERE, asked("lab sender", null, null), 20)).isEmpty();
    var thing =
        new Query(
            Times.ANY,
            List.of(),
            List.of(),
            List.of("urn:uuid:" + first),
            null,
            Codes.ANY,
            List.of(),
            List.of(),
            null);
    assertThat(find(thing, 20)).hasSize(3);
    assertThat(numbers(find(thing.oldestFirst(), 2))).containsExactly(1, 2);
  }

  @Test
  void nobody_of_that_name_gives_nothing() {
    assertThat(find(asked("Practitioner/none", null, null), 20)).isEmpty();
  }

  private static Query asked(String agent, @Nullable String action, @Nullable UUID before) {
    return new Query(
        Times.ANY,
        List.of(agent),
        List.of(),
        List.of(),
        null,
        new Codes(
            action == null ? Code.ANY : new Code(List.of(action), NONE),
            Code.ANY,
            Code.ANY,
            Code.ANY),
        List.of(),
        List.of(),
        before);
  }

  private static List<Found> find(Query query, int limit) {
    return SEARCH.find(HERE, query, limit);
  }

  private static List<Integer> numbers(List<Found> found) {
    return found.stream().map(f -> Integer.valueOf(f.json())).toList();
  }
}
