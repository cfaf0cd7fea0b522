package org.wardline.mapping.hl7;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.message.ChartRecord;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.message.StaffRecord;

/**
 * What an HL7 v2 message says.
 *
 * @param kind what happened to the patient's record, beside what else is said
 * @param patient null when the message names none
 * @param prior for {@link Kind#MERGED} the record that is given up (MRG-1); for {@link
 *     Kind#VISIT_MOVED} whose stay it was; empty otherwise
 * @param encounter null when the message says nothing of a stay
 * @param place where he is or was when it was said (PV1-3); may be empty
 * @param moved he changed his place: whoever cares for him there comes in
 * @param chart results, reports, orders, documents, appointments
 * @param withdrawn ids of documents that this message replaces or cancels, and their status now
 * @param staff people who work here
 * @param unmapped segments without a rule, by name, and how many; they are in the raw message
 */
public record Hl7Event(
    Kind kind,
    @Nullable PatientDemographics patient,
    List<PatientIdentifier> prior,
    @Nullable EncounterDetails encounter,
    String place,
    boolean moved,
    List<ChartRecord> chart,
    Map<UUID, String> withdrawn,
    List<StaffRecord> staff,
    Map<String, Integer> unmapped) {

  /** What happened to the patient's record. */
  public enum Kind {
    /** Somebody tells how things are. */
    SAID,
    /** Two records are one person's (A34, A39, A40). */
    MERGED,
    /** A stay was another patient's (A45). */
    VISIT_MOVED,
    /** He went home, or died (A03). */
    DISCHARGED,
    /** He was not admitted after all (A11). */
    CANCELLED,
    /** He is here after all (A01, A13). */
    READMITTED
  }

  public Hl7Event {
    prior = List.copyOf(prior);
    chart = List.copyOf(chart);
    withdrawn = Map.copyOf(withdrawn);
    staff = List.copyOf(staff);
    unmapped = Map.copyOf(unmapped);
  }

  /** It cannot be laid over what other messages say: it is done in its own turn. */
  public boolean inTurn() {
    boolean toldAsItIs = kind == Kind.SAID || kind == Kind.READMITTED;
    return !toldAsItIs || moved || !withdrawn.isEmpty() || !staff.isEmpty();
  }
}
