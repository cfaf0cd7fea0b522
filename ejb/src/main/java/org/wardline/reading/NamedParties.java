package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.wardline.store.Database;

/** Whom other systems mean by what they call him. */
@Singleton
class NamedParties {
  private final Database database;

  @Inject
  NamedParties(Database database) {
    this.database = database;
  }

  /**
   * References ({@code Type/id}) of whoever is called that.
   *
   * @param identifier user name, a role's code or a client's name
   */
  List<String> of(UUID organization, String identifier) {
    return database.list(
        """
        select 'Practitioner/' || id as party from practitioner where organization_id = ? and username = ?
        union all select 'HealthcareService/' || id from on_call_role where organization_id = ? and code = ?
        union all select 'Device/' || id from device where organization_id = ? and client_id = ?""",
        row -> row.text("party"),
        organization,
        identifier,
        organization,
        identifier,
        organization,
        identifier);
  }
}
