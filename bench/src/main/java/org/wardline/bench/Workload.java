package org.wardline.bench;

import java.util.List;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/** What can be measured. */
enum Workload {
  W1A("HL7 v2 over MLLP, sealed, kept, audited, accept acknowledgment"),
  W1B("HL7 v2 ADT over MLLP, parsed, patient index updated, audited, AA"),
  W2(
      "HL7 v2 in and out: a critical result, kept, processed, somebody told, filed over MLLP in order"),
  W2S("the same, of senders that do not wait until it is filed, and are 50 messages ahead at most"),
  W3("FHIR create of a Communication: token, rights, sealed, kept, routed, audited, 201"),
  W3D("the same, while everything is filed in a FHIR server and over HL7 v2"),
  W4R("FHIR read of a message by id: token, rights, opened, audited"),
  W4S("FHIR search, newest 20 messages of a recipient: opened, audited"),
  W5A("AuditEvent search by agent, newest 20, itself audited"),
  W5P("AuditEvent search by patient, newest 20, itself audited"),
  W5D("AuditEvent search by an hour weeks ago, newest 20, itself audited"),
  W9U("A photograph of 2 MB into the chart over FHIR: sealed, kept, audited"),
  W9D("A photograph of 2 MB out of the chart over FHIR: opened, audited");

  private static final int AHEAD = 50;

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /**
   * Limits and peers, and Wardline last.
   *
   * @param rows of the table or trail that is searched
   * @param sink where alerts are filed
   */
  List<Contender> contenders(
      RunningSystem system, Installation installation, int rows, MllpSink sink) {
    return switch (this) {
      case W1A ->
          List.of(
              new CommitLimit(system, 1),
              new CommitLimit(system, 100),
              new Peer(system, PeerProgram.Kind.ACK),
              new Peer(system, PeerProgram.Kind.CAMEL_RAW),
              WardlineDoor.kept(system, installation.port("mllp")));
      case W1B ->
          List.of(
              new CommitLimit(system, 1),
              new Peer(system, PeerProgram.Kind.CAMEL_PARSE),
              new Peer(system, PeerProgram.Kind.HAPI),
              WardlineDoor.processed(system, installation.port("mllp")));
      case W2 ->
          List.of(
              new CommitLimit(system, 1),
              new AlertDoor(system, installation.port("mllp"), sink, 0));
      case W2S ->
          List.of(
              new CommitLimit(system, 1),
              new AlertDoor(system, installation.port("mllp"), sink, AHEAD));
      case W3 ->
          List.of(
              new CommitLimit(system, 1),
              new CommitLimit(system, 100),
              WardlineDoor.create(system, installation.port("http"), true));
      case W3D ->
          List.of(
              new CommitLimit(system, 1),
              WardlineDoor.create(system, installation.port("http"), false));
      case W4R -> List.of(new IndexLimit(system, rows, 1), ReadingDoor.read(system, installation));
      case W4S ->
          List.of(new IndexLimit(system, rows, 20), ReadingDoor.newest(system, installation));
      case W5A -> audit(system, installation, "agent", rows);
      case W5P -> audit(system, installation, "patient", rows);
      case W5D -> audit(system, installation, "date", rows);
      case W9U -> List.of(new PhotographDoor(system, installation.port("http"), true));
      case W9D -> List.of(new PhotographDoor(system, installation.port("http"), false));
    };
  }

  private static List<Contender> audit(
      RunningSystem system, Installation installation, String by, int rows) {
    return List.of(
        new IndexLimit(system, rows, 20), ReadingDoor.audit(system, installation, by, rows));
  }
}
