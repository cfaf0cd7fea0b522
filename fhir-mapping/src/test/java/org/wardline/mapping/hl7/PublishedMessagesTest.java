package org.wardline.mapping.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Messages of public projects, when the folder of sample data is there: each ADT that is supported
 * must be readable.
 */
class PublishedMessagesTest {
  @TestFactory
  Stream<DynamicTest> supported_adt_messages_are_read() throws Exception {
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
    if (msh.messageType().equals("ADT") && segments.has("PID")) {
      assertThat(AdtMapper.map(segments, "urn:ours", ZoneOffset.UTC).value().patient()).isNotNull();
    }
  }
}
