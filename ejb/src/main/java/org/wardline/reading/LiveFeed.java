package org.wardline.reading;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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

  /**
   * A look at what is new.
   *
   * @param seen the newest number that was looked at; the one asked for when there was none
   * @param news for the parties, in order
   */
  public record Look(long seen, List<News> news) {}

  /**
   * Looks at what came after that number, at most {@value #PAGE} receipts, for these parties. That
   * a page was told of a message is no news for that page.
   */
  public Look after(long seq, Collection<String> parties) {
    var seen = new AtomicLong(seq);
    List<News> found = new ArrayList<>();
    database.list(
        """
        with r as (select seq, organization_id, conversation_id, target, state from receipt where seq > ? order by seq limit ?)
        select max(seq) as seq, null::uuid as organization_id, null::uuid as conversation_id, null as party from r
        union all
        (select r.seq, r.organization_id, r.conversation_id, p.party
         from r join participant p on p.conversation_id = r.conversation_id where p.party = any(?)
           and not (r.target = p.party and r.state = 'sent') order by r.seq)""",
        row -> {
          String party = row.textOrNull("party");
          if (party == null) {
            seen.accumulateAndGet(row.number("seq"), Math::max);
          } else {
            found.add(
                new News(
                    row.number("seq"),
                    row.uuid("organization_id"),
                    row.uuid("conversation_id"),
                    party));
          }
          return true;
        },
        seq,
        PAGE,
        parties.toArray(String[]::new));
    return new Look(seen.get(), found);
  }
}
