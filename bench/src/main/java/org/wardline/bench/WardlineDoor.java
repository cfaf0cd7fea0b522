package org.wardline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.RunningSystem;

/** Wardline, by one of its doors. */
final class WardlineDoor implements Contender {
  private static final String INBOUND =
      "select count(*), count(distinct control_id) from inbound where control_id like ?";
  private static final String MESSAGES =
      """
      select count(*), count(distinct i.value) from message m
      join message_identifier i on i.message_id = m.id
      join audit_key k on k.key = m.id join audit_event a on a.id = k.audit_id and a.subtype @> array['message-sent']
      where i.system = 'urn:wardline:bench' and i.value like ?""";

  private final String name;
  private final RunningSystem system;
  private final Opening opening;
  private final @Nullable String count;
  private final boolean held;

  /** Opens one connection. */
  interface Opening {
    Client open() throws IOException;
  }

  private WardlineDoor(
      String name, RunningSystem system, Opening opening, @Nullable String count, boolean held) {
    this.name = name;
    this.system = system;
    this.opening = opening;
    this.count = count;
    this.held = held;
  }

  /** HL7 v2 that is sealed, kept, put on record and accepted. */
  static WardlineDoor kept(RunningSystem system, int port) {
    return new WardlineDoor(
        "Wardline: kept, CA",
        system,
        () -> new MllpClient(port, id -> Samples.admission("BENCH-KEPT", "AL|NE", id), "MSA|CA"),
        INBOUND,
        false);
  }

  /** HL7 v2 that is processed besides. */
  static WardlineDoor processed(RunningSystem system, int port) {
    return new WardlineDoor(
        "Wardline: processed, AA",
        system,
        () -> new MllpClient(port, id -> Samples.admission("BENCH", "", id), "MSA|AA"),
        INBOUND,
        false);
  }

  /**
   * A message of a machine to a person.
   *
   * @param held whether what is to be filed waits, so that nothing else is measured
   */
  static WardlineDoor create(RunningSystem system, int port, boolean held) {
    return new WardlineDoor(
        held ? "Wardline: FHIR create" : "Wardline: FHIR create, and filing",
        system,
        () -> {
          String token = system.token("integration-engine", List.of("system/Communication.crs"));
          return new HttpClient(
              port,
              id ->
                  HttpClient.request(
                      "POST", "/fhir/Communication", token, Samples.communication(id)),
              201);
        },
        MESSAGES,
        held);
  }

  /** A message of a machine to a person that is filed in the sink. */
  static WardlineDoor reminder(RunningSystem system, int port) {
    return new WardlineDoor(
        "Wardline: FHIR create, filed in the sink",
        system,
        () -> {
          String token = system.token("integration-engine", List.of("system/Communication.crs"));
          return new HttpClient(
              port,
              id -> HttpClient.request("POST", "/fhir/Communication", token, Samples.reminder(id)),
              201);
        },
        MESSAGES,
        false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() throws SQLException {
    if (held) {
      execute(
          system,
          """
          insert into destination_state (organization_id, destination, paused_by, changed_at)
          select o.id, d.name, 'bench', now()
          from organization o, (values ('ehr-fhir'), ('ehr-hl7')) as d (name)
          on conflict (organization_id, destination) do update set paused_by = 'bench'""");
    }
  }

  @Override
  public Client client() throws IOException {
    return opening.open();
  }

  @Override
  public List<Long> processes() {
    return processes(system);
  }

  /** Those of its nodes. */
  static List<Long> processes(RunningSystem system) {
    return system.processes().entrySet().stream()
        .filter(e -> e.getKey().startsWith("wardline"))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public @Nullable Kept kept(String prefix) throws SQLException {
    if (count == null) {
      return null;
    }
    try (Connection connection = system.database("wardline")) {
      return BenchTables.kept(connection, count, prefix);
    }
  }

  /** The system itself is stopped by who started it. */
  @Override
  public void close() throws SQLException {
    if (held) {
      execute(system, "delete from delivery");
      execute(system, "update destination_state set paused_by = null");
    }
  }

  /** Runs it on its database, with all rights. */
  static void execute(RunningSystem system, String sql) throws SQLException {
    try (Connection connection = system.database("wardline");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
