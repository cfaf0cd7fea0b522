package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/** Wardline's FHIR door, by reads and searches; each is opened and put on record. */
final class ReadingDoor implements Contender {
  /** Messages that are there to be read. */
  private static final int MESSAGES = 500;

  private static final int SLICE = 500_000;
  private static final int AGENTS = 100;
  private static final int PATIENTS = 1_000;

  private final String name;
  private final RunningSystem system;
  private final int port;
  private final List<String> scopes;
  private final String client;
  private final Preparation preparation;
  private Function<String, String> path = id -> "/fhir/metadata";

  /** Makes what is read, and says by which path an operation reads it. */
  private interface Preparation {
    Function<String, String> prepare(ReadingDoor door) throws IOException, SQLException;
  }

  private ReadingDoor(
      String name,
      RunningSystem system,
      Installation installation,
      String client,
      String scope,
      Preparation preparation) {
    this.name = name;
    this.system = system;
    this.port = installation.port("http");
    this.client = client;
    this.scopes = List.of(scope);
    this.preparation = preparation;
  }

  /** Messages by their identifier. */
  static ReadingDoor read(RunningSystem system, Installation installation) {
    return messages(
        "Wardline: FHIR read",
        system,
        installation,
        door -> {
          List<String> ids = door.write();
          return id -> "/fhir/" + ids.get(Math.floorMod(id.hashCode(), ids.size()));
        });
  }

  /** The newest messages of a person. */
  static ReadingDoor newest(RunningSystem system, Installation installation) {
    return messages(
        "Wardline: newest 20",
        system,
        installation,
        door -> {
          door.write();
          return id -> "/fhir/Communication?recipient.identifier=nurse.cole&_sort=-sent&_count=20";
        });
  }

  /**
   * Records of the audit trail.
   *
   * @param by agent, patient or date
   * @param rows that the trail holds at least
   */
  static ReadingDoor audit(RunningSystem system, Installation installation, String by, int rows) {
    return new ReadingDoor(
        "Wardline: AuditEvent by " + by,
        system,
        installation,
        "compliance-reporting",
        "system/AuditEvent.rs",
        door -> {
          door.fillTrail(rows);
          return id -> "/fhir/AuditEvent?_count=20&" + parameter(by, id.hashCode());
        });
  }

  private static ReadingDoor messages(
      String name, RunningSystem system, Installation installation, Preparation preparation) {
    return new ReadingDoor(
        name, system, installation, "integration-engine", "system/Communication.crs", preparation);
  }

  private static String parameter(String by, int hash) {
    return switch (by) {
      case "agent" -> "agent=Practitioner/" + number("a", Math.floorMod(hash, AGENTS));
      case "patient" -> "patient=Patient/" + number("b", Math.floorMod(hash, PATIENTS));
      default -> {
        String day =
            LocalDate.now(ZoneOffset.UTC).minusDays(1 + Math.floorMod(hash, 20)).toString();
        yield "date=ge" + day + "T08:00:00Z&date=lt" + day + "T09:00:00Z";
      }
    };
  }

  /** As {@link #fillTrail} makes them. */
  private static String number(String kind, int of) {
    return kind.repeat(8) + "-0000-4000-8000-" + String.format(Locale.ROOT, "%012x", of);
  }

  private List<String> write() throws IOException {
    var posted = new PostedResource(port, system.token(client, scopes));
    List<String> written = new ArrayList<>();
    String run = Long.toString(System.nanoTime(), 36);
    for (int i = 0; i < MESSAGES; i++) {
      written.add(posted.create("Communication", Samples.communication(run + i)));
    }
    return written;
  }

  /**
   * Rows of the last thirty days, of a hundred agents and a thousand patients, besides those that
   * others made; what an earlier run filled in is not filled in again.
   */
  private void fillTrail(int rows) throws SQLException {
    for (int from = 0; from < rows; from += SLICE) { // in one piece it would need as much again
      fillTrail(rows, from, Math.min(rows, from + SLICE));
    }
    WardlineDoor.execute(system, "vacuum analyze audit_event, audit_key");
  }

  private void fillTrail(int rows, int from, int until) throws SQLException {
    WardlineDoor.execute(
        system,
        """
        insert into audit_event (id, organization_id, recorded, action, type, subtype, outcome, agents, patients, entities, resource)
        select (left(version7_floor(w.at)::text, 24) || lpad(to_hex(w.n), 12, '0'))::uuid, t.organization_id, w.at, t.action, t.type,
          t.subtype, t.outcome, array['Practitioner/aaaaaaaa-0000-4000-8000-' || lpad(to_hex((w.n * 7919) %% %2$d), 12, '0'), 'Device/wardline'],
          array[('bbbbbbbb-0000-4000-8000-' || lpad(to_hex((w.n * 104729) %% %3$d), 12, '0'))::uuid],
          array['Communication/cccccccc-0000-4000-8000-' || lpad(to_hex(w.n), 12, '0')], t.resource
        from (select * from audit_event where octet_length(resource) between 900 and 1600 limit 1) t,
          (select n, now() - interval '30 days' * (1 - n::float8 / %1$d) as at
           from generate_series(greatest(%4$d, (select %2$d * count(*) from audit_key where key = 'aaaaaaaa-0000-4000-8000-000000000000')) + 1, %5$d) n) w"""
            .formatted(rows, AGENTS, PATIENTS, from, until));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() throws IOException, SQLException {
    path = preparation.prepare(this);
  }

  @Override
  public Client client() throws IOException {
    String token = system.token(client, scopes);
    return new HttpClient(port, id -> HttpClient.request("GET", path.apply(id), token, ""), 200);
  }

  @Override
  public List<Long> processes() {
    return WardlineDoor.processes(system);
  }

  /** A read keeps nothing that could be lost but its record. */
  @Override
  public @Nullable Kept kept(String prefix) {
    return null;
  }

  @Override
  public void close() {
    // the system itself is stopped by who started it
  }
}
