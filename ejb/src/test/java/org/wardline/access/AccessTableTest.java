package org.wardline.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.wardline.access.CareRelations.Care;
import org.wardline.message.Actor;
import org.wardline.message.PartyRef;

/**
 * All rules at all roles in one table: {@code +} permitted, {@code f} with a fresh second factor,
 * {@code -} denied. A rule that has no row fails.
 */
class AccessTableTest {
  private static final List<String> ROLES =
      List.of(
          "physician",
          "nurse",
          "pharmacist",
          "therapist",
          "switchboard",
          "auditor",
          "administrator",
          "patient",
          "none",
          "client");
  private static final AccessPolicy POLICY = new AccessPolicy(organization -> Grants.DEFAULTS);
  private static final Map<String, Function<Actor, AccessDecision>> RULES = new LinkedHashMap<>();
  private static final Map<String, String> TABLE = new LinkedHashMap<>();

  static {
    //                                        phys nurs phar ther swit audi admi pati none client
    row(
        "decideSend",
        "to somebody",
        "+ + + + + - - - - -",
        a -> POLICY.decideSend(a, false, false));
    row(
        "decideSend",
        "as a stranger",
        "- - - - - - - - - -",
        a -> POLICY.decideSend(a, true, false));
    row("decideSend", "as a member", "+ + + + + - - - - -", a -> POLICY.decideSend(a, true, true));
    row("decideRetract", "his own", "+ + + + + + + + + -", a -> POLICY.decideRetract(a, true));
    row("decideRetract", "another's", "- - - - - - - - - -", a -> POLICY.decideRetract(a, false));
    row("decideSendOnBehalf", "", "- - - - - - - - - -", POLICY::decideSendOnBehalf);
    row("decideRead", "as a member", "+ + + + + + + + + -", a -> POLICY.decideRead(a, true));
    row("decideRead", "as a stranger", "- - - - - - - - - -", a -> POLICY.decideRead(a, false));
    row("decideTranscripts", "", "- - - - - - - - - -", a -> POLICY.decideTranscripts(a, 'r'));
    row(
        "decideTakeTranscript",
        "as a member",
        "f f f f f f f f f -",
        a -> POLICY.decideTakeTranscript(a, true));
    row(
        "decideTakeTranscript",
        "as a stranger",
        "- - - - - - - - - -",
        a -> POLICY.decideTakeTranscript(a, false));
    row("decideConfirm", "", "+ + + + + + + + + -", POLICY::decideConfirm);
    row("decideSearchMessages", "", "+ + + + + + + + + -", POLICY::decideSearchMessages);
    row("decidePatients", "", "+ + + + + - - - - -", a -> POLICY.decidePatients(a, 's'));
    row(
        "decideDirectory",
        "",
        "+ + + + + + + - + -",
        a -> POLICY.decideDirectory(a, "Practitioner", 's'));
    row("decideAudit", "", "- - - - - + - - - -", a -> POLICY.decideAudit(a, 's'));
    row("decideFeedAudit", "", "- - - - - - - - - -", POLICY::decideFeedAudit);
    row("decideOperate", "", "- - - - - - + - - -", POLICY::decideOperate);
    row("decideEndpoints", "", "- - - - - - + - - -", a -> POLICY.decideEndpoints(a, 's'));
    row("decideChangeRoutes", "", "- - - - - - f - - -", POLICY::decideChangeRoutes);
    row("decideInterfaces", "", "- - - - - - + - - -", POLICY::decideInterfaces);
    row("decideOpenInbound", "", "- - - - - - f - - -", POLICY::decideOpenInbound);
    row("decideUndoMerge", "", "- - - - - - f - - -", POLICY::decideUndoMerge);
    row("decideChart", "", "+ + + + + - - - - -", a -> POLICY.decideChart(a, "Observation", 's'));
    for (Care care : Care.values()) {
      row(
          "decideChartOf",
          care.name(),
          switch (care) {
            case NONE -> "- - - - - - - - - -";
            case TREATMENT -> "+ + + + + - - - - -";
            case EMERGENCY -> "+ + + + + - - - - -";
          },
          a -> POLICY.decideChartOf(a, "Observation", 's', care));
    }
    row(
        "decideChartOfAll",
        "",
        "- - - - - - - - - -",
        a -> POLICY.decideChartOfAll(a, "Observation"));
    row("decideReceipts", "", "+ + + + + + + + + -", a -> POLICY.decideReceipts(a, 's'));
    row("decideSubscriptions", "", "- - - - - - - - - -", a -> POLICY.decideSubscriptions(a, 'c'));
    row("decideSubscribe", "", "- - - - - - - - - -", a -> POLICY.decideSubscribe(a, "Task"));
    row("decideExports", "", "- - - - - - - - - -", POLICY::decideExports);
    row("decideExport", "", "- - - - - - - - - -", a -> POLICY.decideExport(a, "Communication"));
    row("decideAlert", "", "- - - - - - - - - -", POLICY::decideAlert);
    row("decideKeep", "", "- - - - - - - - - -", a -> POLICY.decideKeep(a, "Patient", 'c'));
    row("decideTakeDuty", "", "+ + + + + - - - - -", POLICY::decideTakeDuty);
    row("decideEmergency", "", "+ + + + + - - - - -", POLICY::decideEmergency);
    row(
        "decideEmergencyList",
        "opened",
        "+ + + + + - - - - -",
        a -> POLICY.decideEmergencyList(a, true));
    row(
        "decideEmergencyList",
        "not opened",
        "- - - - - - - - - -",
        a -> POLICY.decideEmergencyList(a, false));
    row("decideReviewEmergencies", "", "- - - - - + - - - -", POLICY::decideReviewEmergencies);
    row("decideOwnSessions", "", "+ + + + + + + + + -", POLICY::decideOwnSessions);
    row("decideAccounts", "", "- - - - - - + - - -", POLICY::decideAccounts);
    row("decideRights", "", "- - - - - - + - - -", POLICY::decideRights);
    row("decideChangeRights", "", "- - - - - - f - - -", POLICY::decideChangeRights);
    row("decideWipe", "", "- - - - - - f - - -", POLICY::decideWipe);
    row(
        "decideEnrolment",
        "of another",
        "- - - - - - f - - -",
        a -> POLICY.decideEnrolment(a, false));
    row(
        "decideEnrolment",
        "of himself",
        "- - - - - - - - - -",
        a -> POLICY.decideEnrolment(a, true));
  }

  private static void row(
      String rule, String when, String marks, Function<Actor, AccessDecision> decide) {
    String name = when.isEmpty() ? rule : rule + ", " + when;
    TABLE.put(name, marks);
    RULES.put(name, decide);
  }

  @TestFactory
  Stream<DynamicTest> each_role_may_what_the_table_says() {
    return TABLE.entrySet().stream()
        .flatMap(
            row -> {
              List<String> marks = List.of(row.getValue().split(" ", -1));
              assertThat(marks).as(row.getKey()).hasSameSizeAs(ROLES);
              return ROLES.stream()
                  .map(
                      role ->
                          DynamicTest.dynamicTest(
                              row.getKey() + ": " + role,
                              () ->
                                  assertThat(mark(row.getKey(), actor(role, "mfa")))
                                      .isEqualTo(marks.get(ROLES.indexOf(role)))));
            });
  }

  @TestFactory
  Stream<DynamicTest> one_factor_opens_nothing() {
    return RULES.keySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule,
                    () -> {
                      for (String role : ROLES) {
                        for (String level : List.of("", "0", "1", "pwd")) {
                          assertThat(mark(rule, actor(role, level))).as(role).isEqualTo("-");
                        }
                      }
                    }));
  }

  @Test
  void every_rule_has_a_row() {
    Set<String> rules =
        Arrays.stream(AccessPolicy.class.getDeclaredMethods())
            .map(Method::getName)
            .filter(name -> name.startsWith("decide"))
            .collect(Collectors.toSet());
    Set<String> rows =
        TABLE.keySet().stream().map(name -> name.split(",", -1)[0]).collect(Collectors.toSet());
    assertThat(rows).isEqualTo(rules);
  }

  private static String mark(String rule, Actor actor) {
    AccessDecision decision = java.util.Objects.requireNonNull(RULES.get(rule)).apply(actor);
    return decision instanceof AccessDecision.Permit permit ? permit.fresh() ? "f" : "+" : "-";
  }

  private static Actor actor(String role, String level) {
    boolean machine = role.equals("client");
    return new Actor(
        machine ? Actor.Kind.MACHINE : Actor.Kind.PERSON,
        new UUID(0, 1),
        PartyRef.practitioner(new UUID(0, 2)),
        "x",
        "X",
        "",
        "",
        null,
        machine || role.equals("none") ? Set.of() : Set.of(role),
        Set.of(),
        new Actor.Authentication(level, Instant.EPOCH, "s", "i", "j", ""));
  }
}
