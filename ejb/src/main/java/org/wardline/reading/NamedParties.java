package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.BusinessIdentifier;
import org.wardline.store.Database;

/** Whom other systems mean by what they call him. */
@Singleton
class NamedParties {
  /** Each part is looked at for one system, and for none at all; the last for all others. */
  private static final String CALLED =
      """
      select 'Practitioner/' || id as party from practitioner where organization_id = ? and username = ? and ? in ('', ?)
      union select 'HealthcareService/' || id from on_call_role where organization_id = ? and code = ? and ? in ('', ?)
      union select 'Device/' || id from device where organization_id = ? and client_id = ? and ? in ('', ?)
      union select 'Practitioner/' || practitioner_id from practitioner_identifier
        where organization_id = ? and value = ? and ? in ('', system)""";

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
    String system = name.system();
    String value = name.value();
    return database.list(
        CALLED,
        row -> row.text("party"),
        organization,
        value,
        system,
        Systems.USERNAME,
        organization,
        value,
        system,
        Systems.ON_CALL_ROLE,
        organization,
        value,
        system,
        Systems.CLIENT_ID,
        organization,
        value,
        system);
  }
}
