package org.wardline.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.RunningSystem;

/**
 * A photograph of 2 MB in a patient's chart, up (with the document that says what it is) or down,
 * over FHIR: sealed, opened, on record.
 */
final class PhotographDoor implements Contender {
  private static final int BYTES = 2 * 1024 * 1024;
  private static final int THERE = 20;
  private static final String COUNT =
      "select count(*), count(distinct value) from chart_identifier where system = 'urn:wardline:bench' and value like ?";

  private final RunningSystem system;
  private final int port;
  private final boolean up;
  private String patient = "";
  private List<String> photographs = List.of();

  PhotographDoor(RunningSystem system, int port, boolean up) {
    this.system = system;
    this.port = port;
    this.up = up;
  }

  @Override
  public String name() {
    return up ? "Wardline: photograph up" : "Wardline: photograph down";
  }

  @Override
  public void start() throws IOException {
    String run = Long.toString(System.nanoTime(), 36);
    var posted = new PostedResource(port, token());
    patient =
        posted.create(
            "Patient",
            "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:wardline:bench\",\"value\":\"P"
                + run
                + "\"}],\"name\":[{\"family\":\"Bench\"}]}");
    List<String> made = new ArrayList<>();
    try (Upload upload = new Upload()) {
      for (int i = 0; i < (up ? 0 : THERE); i++) {
        made.add(upload.photograph(run + i));
      }
    }
    photographs = List.copyOf(made);
  }

  private String token() {
    return system.token(
        "integration-engine",
        List.of("system/Patient.crs", "system/DocumentReference.crs", "system/Binary.cr"));
  }

  @Override
  public Client client() throws IOException {
    String token = token();
    return up
        ? new Upload()
        : new HttpClient(
            port,
            id ->
                HttpClient.request(
                    "GET",
                    "/fhir/" + photographs.get(Math.floorMod(id.hashCode(), THERE)),
                    token,
                    "",
                    "image/jpeg"),
            200);
  }

  /** As a client does it: the photograph as bytes, then the document that says what it is. */
  private final class Upload implements Client {
    private final String token = token();
    private final HttpClient http = new HttpClient(port, id -> "", 201);

    Upload() throws IOException {}

    String photograph(String id) throws IOException {
      return http.exchange(
              HttpClient.request(
                  "/fhir/Binary",
                  token,
                  "image/jpeg",
                  Samples.photograph(id, BYTES),
                  "X-Security-Context: " + patient + "\r\n"))
          .replaceFirst("^.*/fhir/", "")
          .replaceFirst("/_history.*$", "");
    }

    @Override
    public void operate(String id) throws IOException {
      String document = Samples.document(id, patient, photograph(id));
      http.exchange(
          HttpClient.request(
              "/fhir/DocumentReference",
              token,
              "application/fhir+json",
              document.getBytes(StandardCharsets.UTF_8),
              ""));
    }

    @Override
    public void close() throws IOException {
      http.close();
    }
  }

  @Override
  public List<Long> processes() {
    return WardlineDoor.processes(system);
  }

  @Override
  public @Nullable Kept kept(String prefix) throws SQLException {
    if (!up) {
      return null;
    }
    try (Connection connection = system.database("wardline")) {
      return BenchTables.kept(connection, COUNT, prefix);
    }
  }

  @Override
  public void close() {
    // the system itself is stopped by who started it
  }
}
