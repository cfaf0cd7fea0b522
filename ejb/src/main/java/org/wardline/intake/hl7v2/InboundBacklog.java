package org.wardline.intake.hl7v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.wardline.store.Database;

/** How much of what systems sent waits, for those who watch over it. Holds no content. */
@Singleton
public class InboundBacklog {
  private final Database database;

  @Inject
  public InboundBacklog(Database database) {
    this.database = database;
  }

  /**
   * The figures.
   *
   * @param review messages that somebody must look at
   * @param waiting messages that were kept and are still to be processed
   */
  public record Figures(long review, long waiting) {}

  public Figures figures() {
    return database
        .first(
            """
            select (select count(*) from inbound_review where closed_at is null) as review,
              (select count(*) from inbound_work) as waiting""",
            row -> new Figures(row.number("review"), row.number("waiting")))
        .orElseThrow();
  }
}
