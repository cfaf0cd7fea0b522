package org.wardline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.wardline.launcher.Installation;

/** What the nodes reach over wires that can be cut: the database and the hospital's systems. */
final class Wires implements AutoCloseable {
  private final TcpProxy database;
  private final TcpProxy fhir;
  private final TcpProxy mllp;

  Wires(Installation installation) throws IOException {
    database = new TcpProxy("database", installation.number("postgres.port"));
    fhir = new TcpProxy("fhir", installation.number("hospital.http.port"));
    mllp = new TcpProxy("mllp", installation.number("hospital.mllp.port"));
  }

  /**
   * The application's settings that lead over the wires.
   *
   * @param folder where the destinations are written
   */
  Map<String, String> settings(Installation installation, Path folder) throws IOException {
    String template = Files.readString(installation.config("demo/destinations.json"));
    Path destinations =
        Files.writeString(
            folder.resolve("destinations-by-wire.json"),
            template
                .replace("@HOSPITAL_HTTP@", String.valueOf(fhir.port()))
                .replace("@HOSPITAL_MLLP@", String.valueOf(mllp.port())));
    return Map.of(
        "wardline.db.url",
        "jdbc:postgresql://127.0.0.1:" + database.port() + "/wardline",
        "wardline.destinations.file",
        destinations.toString());
  }

  void cutDatabase() {
    database.cut();
  }

  void cutDestinations() {
    fhir.cut();
    mllp.cut();
  }

  void delayDatabase(Duration each) {
    database.delay(each);
  }

  void delayDestinations(Duration each) {
    fhir.delay(each);
    mllp.delay(each);
  }

  @Override
  public void close() throws IOException {
    for (TcpProxy wire : List.of(database, fhir, mllp)) {
      wire.close();
    }
  }
}
