package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;

class AuditEventJsonTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  @ParameterizedTest
  @MethodSource("org.wardline.mapping.fhir.AuditSamples#records")
  void says_what_the_mapper_says(AuditRecord record) {
    assertSame(record);
  }

  @Test
  void hostile_text_and_text_of_any_script_arrive_whole() {
    String text = "\"}],\"x\":\\ \u0001 \u2028 \uD83E\uDE7A \u0623\u0646\u0627 </script>";
    assertSame(
        new AuditRecord(
            new UUID(1, 2),
            new UUID(3, 4),
            Instant.parse("2026-11-01T08:00:00.120Z"),
            AuditAct.RESOURCES_SEARCHED,
            Outcome.FAILED,
            text,
            AuditSamples.PERSON,
            List.of(
                new Entity.Query(text),
                new Entity.Data("Communication/x", List.of(new Detail("d", text, false))))));
  }

  private static void assertSame(AuditRecord record) {
    String expected = FHIR.newJsonParser().encodeResourceToString(AuditEventMapper.toFhir(record));
    String written = new String(AuditEventJson.write(record), StandardCharsets.UTF_8);
    String read =
        FHIR.newJsonParser().encodeResourceToString(FHIR.newJsonParser().parseResource(written));
    assertThat(read).isEqualTo(expected);
  }
}
