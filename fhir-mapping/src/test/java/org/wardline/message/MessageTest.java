package org.wardline.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  @Test
  void ten_thousand_characters_are_taken_and_one_more_is_not() {
    assertThat(new MessageContent("🩺".repeat(10_000)).text()).hasSize(20_000);
    assertThatThrownBy(() -> new MessageContent("x".repeat(10_001)))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void text_that_cannot_be_kept_whole_is_refused() {
    for (String text : new String[] {"", " \n", "a\0b", "half \uD83E"}) {
      assertThatThrownBy(() -> new MessageContent(text))
          .isInstanceOf(InvalidMessageException.class);
    }
  }

  @Test
  void content_is_not_printed() {
    assertThat(new MessageContent("potassium").toString()).isEqualTo("[REDACTED]");
  }

  @Test
  void every_field_of_the_header_changes_its_canonical_bytes() {
    var header = header("Roe, Jane", Priority.ROUTINE, 1);
    assertThat(header.canonicalBytes())
        .isEqualTo(header("Roe, Jane", Priority.ROUTINE, 1).canonicalBytes());
    assertThat(header.canonicalBytes())
        .isNotEqualTo(header("Roe, Janet", Priority.ROUTINE, 1).canonicalBytes());
    assertThat(header.canonicalBytes())
        .isNotEqualTo(header("Roe, Jane", Priority.STAT, 1).canonicalBytes());
    assertThat(header.canonicalBytes())
        .isNotEqualTo(header("Roe, Jane", Priority.ROUTINE, 2).canonicalBytes());
  }

  @Test
  void keys_are_in_the_order_of_time_and_control_ids_have_twenty_characters() {
    var random = new Random(7);
    UUID earlier = Identifiers.version7(AT, random);
    UUID later = Identifiers.version7(AT.plusMillis(1), random);
    assertThat(earlier.version()).isEqualTo(7);
    assertThat(earlier.toString()).isLessThan(later.toString());
    assertThat(Identifiers.lowest(AT).toString()).isLessThanOrEqualTo(earlier.toString());
    assertThat(Identifiers.controlId(AT, random))
        .hasSize(20)
        .isNotEqualTo(Identifiers.controlId(AT, random));
  }

  @Test
  void a_scope_gives_only_the_rights_it_names() {
    var actor =
        new Actor(
            Actor.Kind.MACHINE,
            new UUID(0, 1),
            PartyRef.device(new UUID(0, 2)),
            "engine",
            "engine",
            "system",
            "",
            null,
            java.util.Set.of(),
            java.util.Set.of(
                "system/Communication.rs",
                "system/PatientX.c",
                "system/Observation.rs?category=laboratory",
                "system/Condition.rs?_tag=hospital.us",
                "system/Encounter.read",
                "user/Task.rs",
                "openid"),
            new Actor.Authentication("client", AT, "s", "i", "j", ""));
    assertThat(actor.scoped("Communication", 'r')).isTrue();
    assertThat(actor.scoped("Communication", 'c')).isFalse();
    assertThat(actor.scoped("Patient", 'c')).isFalse();
    assertThat(actor.scoped("Observation", 'r')).as("restricted to a part").isFalse();
    assertThat(actor.scoped("Condition", 's')).as("restricted to a part").isFalse();
    assertThat(actor.scoped("Encounter", 'r')).as("of SMART v1").isFalse();
    assertThat(actor.scoped("Task", 'r')).as("of a person's app").isFalse();
  }

  private static MessageHeader header(String patient, Priority priority, int ordinal) {
    var id = new UUID(1, 2);
    var author =
        new Author(
            PartyRef.practitioner(id), "dr.roe", "Roe, Rita", "physician", "", id, "mfa", null);
    var snapshot = new PatientSnapshot(id, "urn:x", "A1", patient, null);
    return new MessageHeader(id, id, id, ordinal, author, snapshot, priority, AT, null);
  }
}
