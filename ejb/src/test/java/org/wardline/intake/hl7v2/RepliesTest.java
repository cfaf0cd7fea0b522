package org.wardline.intake.hl7v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Msh;
import org.wardline.store.Keys;

/** Which answers a sender waits for (HL7 v2.5.1 section 2.9.3, table 0155). */
class RepliesTest {
  private final Replies replies = new Replies(new Keys(Clock.systemUTC()));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''   | ''   | AA    | AE
          ' '  | ''   | AA    | AE
          AL   | ''   | CA    | CE
          AL   | NE   | CA    | CE
          AL   | AL   | CA,AA | CE
          al   | er   | CA    | CE
          NE   | AL   | AA    | AE
          ''   | SU   | AA    | ''
          NE   | ER   | ''  | AE
          ER   | SU   | AA    | CE
          NE   | NE   | ''  | ''
          XX   | ''   | CA    | CE
          '\u0005' | ''   | CA    | CE""")
  void silence_is_only_where_it_was_asked_for(
      String accept, String application, String taken, String refused) throws Exception {
    Msh msh =
        Msh.read(
            ("MSH|^~\\&|A|B|C|D|20260601||ADT^A01|1|T|2.5.1|||" + accept + "|" + application + "\r")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(codes(replies.positive(msh, List.of()))).isEqualTo(taken);
    Hl7Fault fault = Hl7Fault.error("PID^1^3", "101", "missing");
    assertThat(codes(replies.negative(msh, fault))).isEqualTo(refused);
  }

  private static String codes(List<byte[]> answers) {
    return answers.stream()
        .map(a -> new String(a, StandardCharsets.UTF_8))
        .map(a -> a.substring(a.indexOf("MSA|") + 4, a.indexOf("MSA|") + 6))
        .collect(Collectors.joining(","));
  }
}
