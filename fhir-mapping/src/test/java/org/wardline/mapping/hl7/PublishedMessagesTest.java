package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wardline.message.ChartRecord;

/**
 * Messages of public projects, when the folder of sample data is there: each that is supported must
 * be mapped.
 */
class PublishedMessagesTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  @TestFactory
  Stream<DynamicTest> supported_messages_are_mapped() throws Exception {
    Path folder = Path.of(System.getProperty("wardline.test.data", ".")).resolve("hl7v2/supported");
    assumeTrue(Files.isDirectory(folder), "no sample data in " + folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> read(file)));
    }
  }

  private static void read(Path file) throws Exception {
    byte[] raw = Files.readAllBytes(file);
    Msh msh = Msh.read(raw);
    String text = CharacterSets.decode(raw, CharacterSets.named(msh.characterSet()));
    Segments segments = Segments.parse(text, msh);
    Hl7Event event =
        new EventMapper(new Sender("urn:ours", ZoneOffset.UTC), Set.of("HH"))
            .map(msh, segments, "one")
            .value()
            .get(0);
    assertThat(EventMapper.knows(msh.messageType())).isTrue();
    Segments.Fields pid = segments.first("PID");
    if (!pid.get(3).isEmpty() || !pid.get(2).isEmpty()) {
      assertThat(event.patient()).isNotNull();
    }
    for (ChartRecord record : event.chart()) {
      assertThat(FHIR.newJsonParser().parseResource(record.json()).fhirType())
          .isEqualTo(record.type());
    }
    if (segments.has("OBR")) {
      assertThat(event.chart()).isNotEmpty();
    }
  }
}
