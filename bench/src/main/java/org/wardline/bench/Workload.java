package org.wardline.bench;

import java.util.List;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/** What can be measured. */
enum Workload {
  W1A("HL7 v2 over MLLP, sealed, kept, audited, accept acknowledgment"),
  W1B("HL7 v2 ADT over MLLP, parsed, patient index updated, audited, AA"),
  W3("FHIR create of a Communication: token, rights, sealed, kept, routed, audited, 201"),
  W3D("the same, while everything is filed in a FHIR server and over HL7 v2");

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Limits and peers, and Wardline last. */
  List<Contender> contenders(RunningSystem system, Installation installation) {
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
      case W3 ->
          List.of(
              new CommitLimit(system, 1),
              new CommitLimit(system, 100),
              WardlineDoor.create(system, installation.port("http"), true));
      case W3D ->
          List.of(
              new CommitLimit(system, 1),
              WardlineDoor.create(system, installation.port("http"), false));
    };
  }
}
