package org.wardline.message;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A hospital system that messages are filed into. */
public sealed interface Destination {

  /**
   * Short name, unique in the installation, such as {@code ehr-fhir}: stands in receipts and
   * queues.
   */
  String name();

  /** What people read, such as {@code EHR}. */
  String display();

  /** What orders deliveries: the queue in which one waits for the other. */
  Ordering ordering();

  /** Longest wait for a connection, and again for an answer. */
  Duration timeout();

  /** Role that owns what this destination refuses. */
  String owner();

  /** Most messages a second that one node sends it; 0: as many as it takes. */
  int perSecond();

  /** Scope of a lane. */
  enum Ordering {
    DESTINATION,
    PATIENT,
    CONVERSATION
  }

  /**
   * What all destinations have.
   *
   * @param name see {@link Destination#name()}
   * @param perSecond see {@link Destination#perSecond()}
   */
  record Label(String name, String display, Ordering ordering, String owner, int perSecond) {
    public Label {
      if (perSecond < 0 || perSecond > 100_000) {
        throw new IllegalArgumentException("perSecond: 0 to 100000");
      }
      if (!name.matches("[a-z0-9-]{1,40}")) {
        throw new IllegalArgumentException("destination name: a-z, 0-9 and hyphen, at most 40");
      }
      Objects.requireNonNull(ordering, "ordering");
    }
  }

  /**
   * A FHIR R4 server.
   *
   * @param base such as {@code https://ehr.hospital.example/fhir}, without slash at the end
   * @param timeout for one attempt
   */
  record FhirEndpoint(Label label, URI base, Duration timeout) implements Destination {
    @Override
    public String name() {
      return label.name();
    }

    @Override
    public String display() {
      return label.display();
    }

    @Override
    public Ordering ordering() {
      return label.ordering();
    }

    @Override
    public String owner() {
      return label.owner();
    }

    @Override
    public int perSecond() {
      return label.perSecond();
    }
  }

  /**
   * An MLLP receiver of HL7 v2.
   *
   * @param timeout for the connection, and again for the answer
   * @param profile how it wants its messages
   */
  record MllpEndpoint(Label label, String host, int port, Duration timeout, Profile profile)
      implements Destination {
    @Override
    public String name() {
      return label.name();
    }

    @Override
    public String display() {
      return label.display();
    }

    @Override
    public Ordering ordering() {
      return label.ordering();
    }

    @Override
    public String owner() {
      return label.owner();
    }

    @Override
    public int perSecond() {
      return label.perSecond();
    }
  }

  /**
   * How an MLLP receiver wants its HL7 v2 messages.
   *
   * @param version MSH-12
   * @param sendingApplication MSH-3
   * @param sendingFacility MSH-4
   * @param receivingApplication MSH-5
   * @param receivingFacility MSH-6
   * @param characterSet MSH-18, table 0211
   * @param processingId MSH-11: P, T or D
   * @param acknowledgement {@code original} (usual; null means this): one answer; {@code enhanced}:
   *     an accept acknowledgment only (MSH-15 AL, MSH-16 NE)
   * @param retraction how it is told that a message was taken back: {@code T10}, a document that
   *     replaces it (usual; null means this), or {@code T11}, its cancellation
   * @param answers how it is told that somebody acknowledged an alert: {@code R01}, a result of its
   *     own beside the order; {@code none} (usual; null means this)
   */
  record Profile(
      String version,
      String sendingApplication,
      String sendingFacility,
      String receivingApplication,
      String receivingFacility,
      String characterSet,
      String processingId,
      @Nullable String acknowledgement,
      @Nullable String retraction,
      @Nullable String answers) {
    public Profile {
      if (acknowledgement != null && !List.of("original", "enhanced").contains(acknowledgement)) {
        throw new IllegalArgumentException("profile.acknowledgement: original or enhanced");
      }
      if (retraction != null && !List.of("T10", "T11").contains(retraction)) {
        throw new IllegalArgumentException("profile.retraction: T10 or T11");
      }
      if (answers != null && !List.of("R01", "none").contains(answers)) {
        throw new IllegalArgumentException("profile.answers: R01 or none");
      }
    }

    /** True when it is asked for accept acknowledgments. */
    public boolean enhanced() {
      return "enhanced".equals(acknowledgement);
    }

    /** True when it is told who acknowledged an alert. */
    public boolean documentsAnswers() {
      return "R01".equals(answers);
    }

    /** True when what was taken back is cancelled instead of replaced. */
    public boolean cancels() {
      return "T11".equals(retraction);
    }
  }
}
