package org.wardline.intake.fhir;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditSearch;
import org.wardline.audit.AuditTrail;
import org.wardline.crypto.Seal;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.ForeignAuditRecord;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Keys;

/**
 * Takes what other systems put on record into the trail (IHE RESTful ATNA, ITI-20), so that one
 * search answers who saw a patient's data anywhere. Its key is made of the moment and the words of
 * a record: one that is sent again is there once.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class AuditFeed {
  /** Clocks differ; a record of tomorrow would stand first for a day. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private static final int MOST = 10;

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private Patients patients;
  @Inject private AuditSearch search;
  @Inject private AuditTrail audit;
  @Inject private Keys keys;

  /**
   * A record that was taken.
   *
   * @param created false when it was there
   */
  public record Fed(UUID id, boolean created) {}

  /**
   * Asks only whether it may feed records, before anything of one is looked at.
   *
   * @throws org.wardline.access.AccessDeniedException when it may not; it is on record
   */
  public void permit(Actor actor) {
    gate.pass(policy.decideFeedAudit(actor), actor);
  }

  /**
   * Takes a record.
   *
   * @throws org.wardline.access.AccessDeniedException when the client may not; it is on record
   * @throws InvalidMessageException when it tells of the future
   */
  public Fed take(Actor actor, ForeignAuditRecord said) {
    gate.pass(policy.decideFeedAudit(actor), actor);
    if (said.recorded().isAfter(keys.now().plus(AHEAD)) || said.recorded().toEpochMilli() < 0) {
      throw new InvalidMessageException(
          "AuditEvent.recorded", "it lies in the future, or too long ago");
    }
    UUID organization = actor.organizationId();
    UUID id = key(organization, said);
    boolean there = search.byId(organization, id).isPresent();
    if (!there) {
      audit.append(organization, id, said, about(organization, said));
    }
    return new Fed(id, !there);
  }

  /** What the client says; who it is stands in it, too ({@code meta.source}). */
  private static UUID key(UUID organization, ForeignAuditRecord said) {
    var words =
        ByteBuffer.wrap(
            Seal.digest((organization + "\n" + said.json()).getBytes(StandardCharsets.UTF_8)));
    return Identifiers.version7(said.recorded(), words::getLong);
  }

  private Collection<UUID> about(UUID organization, ForeignAuditRecord said) {
    Set<UUID> found = new LinkedHashSet<>(patients.byIds(organization, said.patients()).keySet());
    for (BusinessIdentifier number : said.patientNumbers()) {
      String system = number.system().isEmpty() ? null : number.system();
      patients
          .find(organization, Patients.Query.ofIdentifier(system, number.value()), MOST)
          .stream()
          .map(PatientSummary::id)
          .forEach(found::add);
    }
    return found;
  }
}
