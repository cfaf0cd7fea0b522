package org.wardline.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.message.Actor;
import org.wardline.message.PartyRef;

class AccessPolicyTest {
  private final AccessPolicy policy = new AccessPolicy(organization -> Grants.DEFAULTS);

  @ParameterizedTest(name = "{0}: send {1}, patients {2}, directory {3}, audit {4}")
  @CsvSource({
    "physician,     true,  true,  true,  false",
    "nurse,         true,  true,  true,  false",
    "pharmacist,    true,  true,  true,  false",
    "therapist,     true,  true,  true,  false",
    "switchboard,   true,  true,  true,  false",
    "auditor,       false, false, true,  true",
    "administrator, false, false, true,  false",
    "patient,       false, false, false, false",
    "unheard-of,    false, false, true,  false"
  })
  void each_role_may_what_its_work_needs_and_no_more(
      String role, boolean send, boolean patients, boolean directory, boolean audit) {
    Actor actor = person(role, "mfa");
    assertThat(permitted(policy.decideSend(actor, false, false))).isEqualTo(send);
    assertThat(permitted(policy.decidePatients(actor, 's'))).isEqualTo(patients);
    assertThat(permitted(policy.decideDirectory(actor, "Practitioner", 's'))).isEqualTo(directory);
    assertThat(permitted(policy.decideAudit(actor, 's'))).isEqualTo(audit);
    assertThat(permitted(policy.decideTakeDuty(actor))).isEqualTo(send);
    assertThat(permitted(policy.decideSendOnBehalf(actor))).isFalse();
  }

  @Test
  void one_factor_is_not_enough_for_anything() {
    for (String level : new String[] {"", "0", "1", "pwd"}) {
      Actor actor = person("physician", level);
      assertThat(permitted(policy.decideSend(actor, false, false))).isFalse();
      assertThat(permitted(policy.decideRead(actor, true))).isFalse();
      assertThat(permitted(policy.decidePatients(actor, 's'))).isFalse();
      assertThat(permitted(policy.decideSearchMessages(actor))).isFalse();
    }
  }

  @Test
  void only_who_takes_part_reads_and_writes_in_a_conversation() {
    Actor actor = person("physician", "mfa");
    assertThat(permitted(policy.decideRead(actor, false))).isFalse();
    assertThat(permitted(policy.decideRead(actor, true))).isTrue();
    assertThat(permitted(policy.decideSend(actor, true, false))).isFalse();
    assertThat(permitted(policy.decideSend(actor, true, true))).isTrue();
  }

  @Test
  void a_machine_has_what_its_scopes_name() {
    Actor reader = machine("system/Communication.rs");
    assertThat(permitted(policy.decideRead(reader, false))).isTrue();
    assertThat(permitted(policy.decideSend(reader, false, false))).isFalse();
    assertThat(permitted(policy.decideAudit(reader, 's'))).isFalse();
    assertThat(permitted(policy.decideSendOnBehalf(reader))).isFalse();
    assertThat(permitted(policy.decideSendOnBehalf(machine("on-behalf-of")))).isTrue();
    assertThat(permitted(policy.decideTakeDuty(machine("system/*.cruds")))).isFalse();
  }

  @Test
  void through_another_app_a_person_may_what_its_scopes_name_and_what_he_may_himself() {
    Actor app = throughApp("physician", "mfa", "user/Communication.rs", "user/AuditEvent.rs");
    assertThat(permitted(policy.decideRead(app, true))).isTrue();
    assertThat(permitted(policy.decideRead(app, false))).isFalse();
    assertThat(permitted(policy.decideSearchMessages(app))).isTrue();
    assertThat(permitted(policy.decideSend(app, false, false))).isFalse();
    assertThat(permitted(policy.decidePatients(app, 's'))).isFalse();
    assertThat(permitted(policy.decideAudit(app, 's'))).isFalse();
    assertThat(permitted(policy.decideTakeDuty(app))).isFalse();
    assertThat(permitted(policy.decideEmergency(app))).isFalse();
    assertThat(permitted(policy.decideOwnSessions(app))).isFalse();
    assertThat(permitted(policy.decideChangeRights(throughApp("administrator", "mfa-fresh"))))
        .isFalse();
    assertThat(
            permitted(
                policy.decideRead(throughApp("physician", "pwd", "user/Communication.r"), true)))
        .isFalse();
    assertThat(permitted(policy.decideSend(throughApp("nurse", "mfa", "user/*.c"), false, false)))
        .isTrue();
    assertThat(
            permitted(
                policy.decideSearchMessages(throughApp("nurse", "mfa", "system/Communication.s"))))
        .isFalse();
  }

  private static Actor throughApp(String role, String level, String... scopes) {
    Set<String> granted = new java.util.HashSet<>(Set.of(scopes));
    granted.add("app:other");
    return actor(Actor.Kind.PERSON, Set.of(role), granted, level);
  }

  private static boolean permitted(AccessDecision decision) {
    return decision instanceof AccessDecision.Permit;
  }

  private static Actor person(String role, String level) {
    return actor(Actor.Kind.PERSON, Set.of(role), Set.of(), level);
  }

  private static Actor machine(String... scopes) {
    return actor(Actor.Kind.MACHINE, Set.of(), Set.of(scopes), "client");
  }

  private static Actor actor(Actor.Kind kind, Set<String> roles, Set<String> scopes, String level) {
    var authentication = new Actor.Authentication(level, Instant.EPOCH, "s", "i", "j", "");
    var party = PartyRef.practitioner(new UUID(0, 2));
    return new Actor(
        kind, new UUID(0, 1), party, "x", "X", "", "", null, roles, scopes, authentication);
  }
}
