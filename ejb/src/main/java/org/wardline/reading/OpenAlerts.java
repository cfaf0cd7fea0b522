package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.wardline.store.Database;

/** Alerts that hold: neither taken back by their author nor withdrawn by who raised them. */
@Singleton
public class OpenAlerts {
  /** Names the notice that says so, by the key of the alert. */
  public static final String WITHDRAWN = "https://wardline.org/fhir/NamingSystem/withdrawn-alert";

  /** Condition on a message {@code am}. */
  static final String HOLDS =
      """
      am.category = 'alert' and not exists (select 1 from retraction r where r.message_id = am.id)
        and not exists (select 1 from message_identifier w where w.organization_id = am.organization_id and w.value = am.id::text
          and w.system = '%s')"""
          .formatted(WITHDRAWN);

  private final Database database;

  @Inject
  public OpenAlerts(Database database) {
    this.database = database;
  }

  /** Those of a conversation. */
  public Set<UUID> of(UUID organization, UUID conversation) {
    return database
        .list(
            "select am.id from message am where am.conversation_id = ? and am.organization_id = ? and "
                + HOLDS,
            row -> row.uuid("id"),
            conversation,
            organization)
        .stream()
        .collect(Collectors.toSet());
  }
}
