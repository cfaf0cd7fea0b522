package org.wardline.message;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One act to be put on record, before it takes the form of a FHIR AuditEvent. Holds identifiers and
 * codes, never what a message said.
 *
 * @param id our key of the record
 * @param organizationId whose record it is
 * @param recorded when
 * @param act what was done
 * @param outcome how it ended
 * @param outcomeText reason of a refusal or failure; null when it went well
 * @param agents who took part
 * @param entities what it was about
 */
public record AuditRecord(
    UUID id,
    UUID organizationId,
    Instant recorded,
    AuditAct act,
    Outcome outcome,
    @Nullable String outcomeText,
    List<Agent> agents,
    List<Entity> entities) {

  /** FHIR audit-event-outcome. */
  public enum Outcome {
    SUCCESS("0"),
    REFUSED("4"),
    FAILED("8");

    private final String code;

    Outcome(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  /** The part that an agent plays. */
  public enum AgentPart {
    USER,
    CLIENT,
    SERVER
  }

  /**
   * Somebody or something that took part.
   *
   * @param part which of the three
   * @param reference such as {@code Practitioner/…}; null when only the identifier is known
   * @param identifier user name, client id, or name of the system
   * @param identifierSystem issuer of the identifier, a URI; null for our own names
   * @param name as shown
   * @param roles such as {@code physician}
   * @param address network address; null where there is none
   * @param tokenId {@code jti} of the token that was used; null without token
   */
  public record Agent(
      AgentPart part,
      @Nullable String reference,
      String identifier,
      @Nullable String identifierSystem,
      String name,
      List<String> roles,
      @Nullable String address,
      @Nullable String tokenId) {
    public Agent {
      roles = List.copyOf(roles);
    }
  }

  /** Something that the act was about. */
  public sealed interface Entity {
    /** A patient, by the row of the index. */
    record Patient(UUID id) implements Entity {}

    /**
     * A resource of ours.
     *
     * @param reference such as {@code Communication/…}
     * @param details names and values to keep with it, such as the commitment; FHIR has none
     *     without a value, so one that is empty is left out
     */
    record Data(String reference, List<Detail> details) implements Entity {
      public Data {
        details = details.stream().filter(detail -> !detail.value().isEmpty()).toList();
      }
    }

    /**
     * What led to the act, and is not what it was about: BALP has one data entity in a record.
     *
     * @param reference such as the {@code urn:uuid:…} of the HL7 v2 message that told of a patient
     */
    record Cause(String reference) implements Entity {}

    /** A search, as it was asked. */
    record Query(String request) implements Entity {}
  }

  /**
   * A name and its value.
   *
   * @param base64 true when the value is base64 of bytes
   */
  public record Detail(String name, String value, boolean base64) {}

  public AuditRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(act, "act");
    agents = List.copyOf(agents);
    entities = List.copyOf(entities);
  }

  /** The first patient it is about, or null. */
  public @Nullable UUID patient() {
    return entities.stream()
        .filter(Entity.Patient.class::isInstance)
        .map(e -> ((Entity.Patient) e).id())
        .findFirst()
        .orElse(null);
  }
}
