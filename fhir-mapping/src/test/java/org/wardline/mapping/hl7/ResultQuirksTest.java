package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.wardline.message.ChartRecord;

/** Results as some laboratories send them. */
class ResultQuirksTest {
  @Test
  void who_interprets_ranges_and_characters_in_hexadecimal_are_read_as_they_are_sent()
      throws Exception {
    String obr = "OBR|1|P1|F1|X^Other^L||||||||||||||||||||||||||||%s\r";
    for (String[] sent :
        new String[][] {
          {"55&Rad&Joe&&&Dr^20261128", "Rad, Joe"},
          {"55&Rad&Joe", "Rad, Joe"},
          {"55^Rad^Joe", "Rad, Joe"},
          {"55^20261128", "55"}
        }) {
      List<ChartRecord> chart =
          chart("UNICODE UTF-8", obr.formatted(sent[0]) + "OBX|1|NR|X^Other^L||1^5|mmol/L|||||F");
      Reference interpreter =
          resource(DiagnosticReport.class, chart.get(1)).getResultsInterpreterFirstRep();
      assertThat(interpreter.getDisplay()).isEqualTo(sent[1]);
      assertThat(interpreter.getIdentifier().getValue()).isEqualTo("55");
      Range range = resource(Observation.class, chart.get(0)).getValueRange();
      assertThat(range.getLow().getValue()).isEqualByComparingTo("1");
      assertThat(range.getHigh().getValue()).isEqualByComparingTo("5");
      assertThat(range.getHigh().getUnit()).isEqualTo("mmol/L");
    }
    assertThat(hexadecimal("8859/1", "caf\\XE9\\")).isEqualTo("café");
    assertThat(hexadecimal("UNICODE UTF-8", "caf\\XC3A9\\ \\X26\\")).isEqualTo("café &");
    assertThat(hexadecimal("UNICODE UTF-8", "caf\\XE9\\")).isEqualTo("caf\\XE9\\");
    assertThat(hexadecimal("8859/1", "C:\\ab caf\\XE9\\")).isEqualTo("C:\\ab café");
    assertThat(hexadecimal("", "\\\\server\\share")).isEqualTo("\\\\server\\share");
    assertThat(hexadecimal("", "a\\F\\b\\T\\c\\.br\\d")).isEqualTo("a|b&c\nd");
    assertThat(hexadecimal("8859/1", "dir\\E\\XE9\\E\\")).isEqualTo("dir\\XE9\\");
  }

  private static String hexadecimal(String set, String text) throws Exception {
    List<ChartRecord> chart =
        chart(set, "OBR|1|P1|F1|X^Other^L\rOBX|1|ST|X^Other^L||" + text + "||||||F");
    return resource(Observation.class, chart.get(0)).getValueStringType().getValue();
  }

  private static List<ChartRecord> chart(String set, String segments) throws Exception {
    String message =
        "MSH|^~\\&|LAB|LAB|||20260601||ORU^R01|1|P|2.5.1||||||" + set + "\rPID|1||A1\r" + segments;
    Msh msh = Msh.read(message.getBytes(StandardCharsets.UTF_8));
    return new EventMapper(new Sender("urn:ours", ZoneOffset.UTC), Set.of("HH"))
        .map(msh, Segments.parse(message, msh), "one")
        .value()
        .get(0)
        .chart();
  }

  private static <T extends Resource> T resource(Class<T> type, ChartRecord record) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(type, record.json());
  }
}
