package org.wardline.patient;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.wardline.message.PatientDemographics;
import org.wardline.message.PatientIdentifier;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Keeps the patient index from what systems send. A patient is matched by identifiers alone: same
 * assigning authority and same value, of a type that names one person. Two messages about the same
 * patient wait for each other.
 */
@Singleton
public class PatientIndex {
  /**
   * Types of table 0203 that do not name one person in practice: social security and licence
   * numbers are shared, mistyped and invented; account and visit numbers name a stay.
   */
  private static final Set<String> NOT_MATCHED =
      Set.of("SS", "SSN", "DL", "DLN", "PPN", "AN", "VN", "BC", "CC", "MC", "MA", "TAX", "ACSN");

  private final Database database;
  private final Keys keys;

  @Inject
  public PatientIndex(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** What became of a message about a patient. */
  public sealed interface Outcome {
    /** He is in the index. */
    record Kept(UUID patient, boolean created) implements Outcome {}

    /** None of its identifiers names one person; nothing was changed. */
    record Nameless() implements Outcome {}

    /** Its identifiers belong to several patients; nothing was changed. */
    record Conflict(List<UUID> patients) implements Outcome {}
  }

  /** Names to be locked before {@link #begin}, so that messages about one patient wait in line. */
  public static List<String> lockNames(UUID organization, List<PatientIdentifier> sent) {
    return matching(sent).stream()
        .map(i -> organization + "|" + i.system() + "|" + i.value())
        .toList();
  }

  /** Begins changes for patients of these identifiers, which the transaction has locked. */
  public IndexChanges begin(UUID organization, List<PatientIdentifier> sent) {
    List<PatientIdentifier> wanted = matching(sent).stream().distinct().toList();
    Map<IndexChanges.Name, UUID> owners = new HashMap<>();
    if (!wanted.isEmpty()) {
      database.list(
          """
          select w.system, w.value, i.patient_id from unnest((select ?::text[]), (select ?::text[])) as w(system, value)
          cross join lateral (
            select patient_id from patient_identifier
            where organization_id = ? and system = w.system and value = w.value and matching offset 0) i""",
          row ->
              owners.put(
                  new IndexChanges.Name(row.text("system"), row.text("value")),
                  row.uuid("patient_id")),
          wanted.stream().map(PatientIdentifier::system).toArray(String[]::new),
          wanted.stream().map(PatientIdentifier::value).toArray(String[]::new),
          organization);
    }
    return new IndexChanges(organization, owners, keys);
  }

  static List<PatientIdentifier> matching(PatientDemographics sent) {
    return matching(sent.identifiers());
  }

  static List<PatientIdentifier> matching(List<PatientIdentifier> identifiers) {
    return identifiers.stream()
        .filter(i -> !i.system().isEmpty() && !NOT_MATCHED.contains(i.type()))
        .toList();
  }
}
