package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.BusinessIdentifier;
import org.wardline.store.Database;

/** Whom other systems mean by what they call him. */
@Singleton
class NamedParties {
  private static final Database.RowMapper<String> PARTY = row -> row.text("party");
  private static final Map<String, String> NAMES =
      Map.of(
          Systems.USERNAME,
          "select 'Practitioner/' || id as party from practitioner where organization_id = ? and username = ?",
          Systems.ON_CALL_ROLE,
          "select 'HealthcareService/' || id as party from on_call_role where organization_id = ? and code = ?",
          Systems.CLIENT_ID,
          "select 'Device/' || id as party from device where organization_id = ? and client_id = ?");
  private static final String NUMBERED =
      """
      select 'Practitioner/' || practitioner_id as party from practitioner_identifier
      where organization_id = ? and value = ? and (? = '' or system = ?)""";

  private final Database database;

  @Inject
  NamedParties(Database database) {
    this.database = database;
  }

  /**
   * References ({@code Type/id}) of whoever is called that.
   *
   * @param name user name, a role's code, a client's name, or a number of another system; with an
   *     empty system, any of these
   */
  List<String> of(UUID organization, BusinessIdentifier name) {
    List<String> found = new ArrayList<>();
    NAMES.forEach(
        (system, look) -> {
          if (name.system().isEmpty() || name.system().equals(system)) {
            found.addAll(database.list(look, PARTY, organization, name.value()));
          }
        });
    if (!NAMES.containsKey(name.system())) {
      found.addAll(
          database.list(NUMBERED, PARTY, organization, name.value(), name.system(), name.system()));
    }
    return found.stream().distinct().toList();
  }
}
