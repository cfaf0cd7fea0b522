package org.wardline.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private static final int MIB = 1024 * 1024;
  private static final String FHIR = "application/fhir+json; charset=utf-8";
  private final BodyBudget budget = new BodyBudget(512L * MIB);

  @Test
  void a_short_body_costs_nothing() {
    assertThat(budget.weight(BodyBudget.FREE, FHIR)).isZero();
    assertThat(budget.weight(-1, FHIR)).isZero();
    assertThat(budget.take(0)).isTrue();
  }

  @Test
  void a_parsed_body_costs_more_than_bytes_and_no_body_more_than_there_is() {
    assertThat(budget.weight(2L * MIB, FHIR)).isGreaterThan(budget.weight(2L * MIB, "image/jpeg"));
    assertThat(budget.weight(2L * MIB, null)).isEqualTo(budget.weight(2L * MIB, FHIR));
    assertThat(budget.take(new BodyBudget(MIB).weight(10L * MIB, FHIR))).isTrue();
    var small = new BodyBudget(MIB);
    assertThat(small.take(small.weight(10L * MIB, FHIR))).as("alone, each is taken").isTrue();
  }

  @Test
  void what_does_not_fit_beside_the_others_waits_and_is_refused_until_they_are_done() {
    int one = budget.weight(10L * MIB, FHIR);
    assertThat(budget.take(one)).isTrue();
    assertThat(budget.take(one)).as("a second one of 128 MiB in 204").isFalse();
    assertThat(budget.take(budget.weight(2L * MIB, "image/jpeg"))).isTrue();
    budget.give(one);
    assertThat(budget.take(one)).isTrue();
  }
}
