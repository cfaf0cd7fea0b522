package org.wardline.intake.hl7v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

class SourcesTest {
  private static final Peer PLAIN = Peer.at("10.0.0.1");
  private static final Peer ENGINE = new Peer("10.0.0.1", "CN=engine,O=Hospital");
  private static final Peer LAB = new Peer("10.0.0.2", "CN=lab,O=Hospital");
  @TempDir private Path folder;

  @Test
  void who_proves_it_speaks_for_his_facility_and_for_no_other() throws Exception {
    Sources sources =
        sources(
            """
            [{"name":"adt","facility":"MAIN","certificate":"cn=engine, o=Hospital"},
             {"name":"lab","facility":"LAB","certificate":"CN=lab,O=Hospital"},
             {"name":"open","facility":"OPEN"}]""");
    assertThat(name(sources, "MAIN", ENGINE)).contains("adt");
    assertThat(name(sources, "LAB", LAB)).contains("lab");
    assertThat(name(sources, "LAB", ENGINE)).isEmpty();
    assertThat(name(sources, "MAIN", LAB)).isEmpty();
    assertThat(name(sources, "MAIN", PLAIN)).isEmpty();
    assertThat(name(sources, "OPEN", ENGINE)).isEmpty();
    assertThat(name(sources, "OPEN", PLAIN)).contains("open");
  }

  @Test
  void a_certificate_that_stands_nowhere_speaks_for_what_is_open_to_all() throws Exception {
    Sources sources =
        sources(
            "[{\"name\":\"lab\",\"facility\":\"LAB\",\"certificate\":\"CN=lab\"},{\"name\":\"any\"}]");
    assertThat(name(sources, "WARD", ENGINE)).contains("any");
    assertThat(name(sources, "WARD", PLAIN)).contains("any");
    assertThat(name(sources, "WARD", new Peer("10.0.0.3", "CN=lab"))).isEmpty();
  }

  @Test
  void a_certificate_that_is_no_name_stops_the_start() {
    assertThatThrownBy(() -> sources("[{\"name\":\"lab\",\"certificate\":\"no name\"}]"))
        .isInstanceOf(InvalidSettingException.class);
  }

  private static Optional<String> name(Sources sources, String facility, Peer peer)
      throws Hl7FaultException {
    Msh msh =
        Msh.read(
            ("MSH|^~\\&|APP|" + facility + "|WARDLINE|H|20260101||ADT^A01|1|P|2.5.1\r")
                .getBytes(StandardCharsets.UTF_8));
    return sources.of(msh, peer).map(Sources.Source::name);
  }

  private Sources sources(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("sources.json"), json);
    return new Sources(
        new Settings(
            key ->
                key.equals("wardline.hl7.sources.file")
                    ? Optional.of(file.toString())
                    : Optional.empty()));
  }
}
