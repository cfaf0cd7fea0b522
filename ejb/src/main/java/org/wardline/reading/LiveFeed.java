package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.wardline.store.Database;

/** What is new, by sequence, for the pages that are open. Holds references only, no content. */
@Singleton
public class LiveFeed {
  private static final int PAGE = 2000;
  private final Database database;

  @Inject
  public LiveFeed(Database database) {
    this.database = database;
  }

  /** Something changed in a conversation, for one who takes part. */
  public record News(long seq, UUID organizationId, UUID conversationId, String party) {}

  /** The newest sequence number. */
  public long newest() {
    return database
        .first("select coalesce(max(seq), 0) as n from receipt", row -> row.number("n"))
        .orElse(0L);
  }

  /** News after that number, in order. */
  public List<News> after(long seq) {
    return database.list(
        """
        select r.seq, r.organization_id, r.conversation_id, p.party from
          (select seq, organization_id, conversation_id from receipt where seq > ? order by seq limit ?) r
        join participant p on p.conversation_id = r.conversation_id order by r.seq""",
        row ->
            new News(
                row.number("seq"),
                row.uuid("organization_id"),
                row.uuid("conversation_id"),
                row.text("party")),
        seq,
        PAGE);
  }
}
