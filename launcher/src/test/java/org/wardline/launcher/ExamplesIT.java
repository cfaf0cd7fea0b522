package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of the documentation, run as they stand there. */
@ExtendWith(DemoSystem.class)
class ExamplesIT {
  private static final String EXPECT = "# expect: ";

  @Test
  void each_example_does_what_it_says() throws Exception {
    Path page = Path.of(System.getProperty("wardline.root")).resolve("docs/fhir-examples.md");
    List<String> blocks = blocks(Files.readAllLines(page));
    assertThat(blocks).hasSizeGreaterThan(5);
    for (String block : blocks) {
      String said = run(block);
      for (String wanted : expected(block)) {
        assertThat(said).as(block).contains(wanted);
      }
    }
  }

  private static List<String> blocks(List<String> lines) {
    var blocks = new ArrayList<String>();
    StringBuilder open = null;
    for (String line : lines) {
      if (open == null && line.equals("```sh")) {
        open = new StringBuilder();
      } else if (open != null && line.equals("```")) {
        blocks.add(open.toString());
        open = null;
      } else if (open != null) {
        open.append(line).append('\n');
      }
    }
    return blocks;
  }

  private static List<String> expected(String block) {
    List<String> wanted =
        block
            .lines()
            .filter(l -> l.startsWith(EXPECT))
            .map(l -> l.substring(EXPECT.length()))
            .toList();
    assertThat(wanted).as("what is expected of\n" + block).isNotEmpty();
    return wanted;
  }

  private static String run(String block) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", block).redirectErrorStream(true);
    builder.environment().put("BASE", DemoSystem.origin() + "/fhir");
    builder.environment().put("TOKEN", token());
    builder
        .environment()
        .put("ARCHIVE", DemoSystem.token("archive", "system/Communication.rs", "bulk-export"));
    builder.directory(Path.of("target").toFile());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(block).isTrue();
      assertThat(process.exitValue()).as(block + said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String token() {
    return DemoSystem.token(
        "integration-engine",
        "system/Patient.crus",
        "system/Observation.crus",
        "system/Binary.cr",
        "system/Communication.crus",
        "system/Composition.rs",
        "system/CommunicationRequest.crs",
        "system/Task.rs",
        "system/Practitioner.rs",
        "system/AuditEvent.c",
        "system/AuditEvent.rs");
  }
}
