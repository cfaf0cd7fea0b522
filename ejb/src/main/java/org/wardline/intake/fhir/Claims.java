package org.wardline.intake.fhir;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.wardline.directory.People;
import org.wardline.message.EncounterDetails;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.Encounters;
import org.wardline.patient.PatientIndex;

/**
 * What a transaction is going to look for and to change. All of it is locked at once and in one
 * order, before anything is done: two that change the same patients or people, each in another
 * order, would else wait for each other for ever.
 */
public final class Claims {
  private final List<String> conditions = new ArrayList<>();
  private final List<PatientIdentifier> patients = new ArrayList<>();
  private final List<EncounterDetails> stays = new ArrayList<>();
  private boolean staff;

  /**
   * What is looked for before it is made: who looks for the same waits.
   *
   * @param condition a type and an identifier
   */
  public void condition(String condition) {
    conditions.add(condition);
  }

  /** The patient of these identifiers. */
  public void patient(List<PatientIdentifier> identifiers) {
    patients.addAll(identifiers);
  }

  /** A stay. */
  public void stay(EncounterDetails stay) {
    stays.add(stay);
  }

  /** The people who work here. */
  public void staff() {
    staff = true;
  }

  List<String> names(UUID organization) {
    List<String> names = new ArrayList<>();
    conditions.forEach(c -> names.add(organization + "|" + c));
    names.addAll(PatientIndex.lockNames(organization, patients));
    stays.forEach(stay -> names.add(Encounters.lockName(organization, stay)));
    if (staff) {
      names.add(People.lockName(organization));
    }
    return names;
  }
}
