package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.hl7v2.Interfaces;
import org.wardline.intake.hl7v2.Interfaces.Heading;
import org.wardline.intake.hl7v2.Interfaces.Overview;
import org.wardline.intake.hl7v2.Interfaces.SourceStanding;
import org.wardline.intake.hl7v2.Interfaces.Story;
import org.wardline.intake.hl7v2.Interfaces.UnmappedSegment;
import org.wardline.message.Actor;
import org.wardline.message.InvalidMessageException;
import org.wardline.operation.PatientMerges;
import org.wardline.operation.PatientMerges.MergedRecords;
import org.wardline.web.Caller;

/** What systems send, and merges of patient records, for administrators. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class InterfaceResource {
  @Inject private Interfaces interfaces;
  @Inject private PatientMerges merges;
  @Context private HttpServletRequest request;

  /** All sources, and what of them has no rule. */
  public record OverviewView(List<SourceView> sources, List<UnmappedView> unmapped) {
    static OverviewView of(Overview overview) {
      return new OverviewView(
          overview.sources().stream().map(SourceView::of).toList(),
          overview.unmapped().stream().map(UnmappedView::of).toList());
    }
  }

  /** A source: how many messages came within a day, and how many somebody must look at. */
  public record SourceView(String name, long today, @Nullable Instant last, long review) {
    static SourceView of(SourceStanding s) {
      return new SourceView(s.name(), s.today(), s.last(), s.review());
    }
  }

  /** Segments without a rule. */
  public record UnmappedView(
      String source, String messageType, String segment, long seen, Instant last) {
    static UnmappedView of(UnmappedSegment u) {
      return new UnmappedView(u.source(), u.messageType(), u.segment(), u.seen(), u.last());
    }
  }

  /** A message, without its content. */
  public record MessageView(
      String id,
      String source,
      String controlId,
      String messageType,
      Instant receivedAt,
      String state,
      @Nullable String reason,
      @Nullable String owner) {
    static MessageView of(Heading h) {
      return new MessageView(
          h.id().toString(),
          h.source(),
          h.controlId(),
          h.messageType(),
          h.receivedAt(),
          h.state(),
          h.reason(),
          h.owner());
    }
  }

  /** Its story: what is filled, and what was answered. */
  public record StoryView(MessageView message, List<String> segments, List<String> answers) {
    static StoryView of(Story s) {
      return new StoryView(MessageView.of(s.heading()), s.segments(), s.answers());
    }
  }

  /** Why the content is opened. */
  public record ReasonBody(@Nullable String reason) {}

  /** The content. */
  public record ContentView(String text) {}

  /** Two records that became one, by their numbers. */
  public record MergeView(
      String id, String survivor, String prior, Instant mergedAt, @Nullable Instant undoneAt) {
    static MergeView of(MergedRecords m) {
      return new MergeView(
          m.merge().id().toString(),
          m.survivor(),
          m.prior(),
          m.merge().mergedAt(),
          m.merge().undoneAt());
    }
  }

  @GET
  @Path("interfaces")
  public OverviewView overview() {
    return OverviewView.of(interfaces.overview(actor()));
  }

  /**
   * What to look for; what is absent does not restrict.
   *
   * @param since ISO 8601 with offset
   */
  public record SearchBody(
      @Nullable String controlId,
      @Nullable String source,
      @Nullable String patientNumber,
      @Nullable List<String> states,
      @Nullable String since,
      @Nullable String until,
      @Nullable String before) {}

  /**
   * Messages, the newest first. A record number does not belong into an address, so it is a POST.
   */
  @POST
  @Path("interfaces/messages/search")
  public List<MessageView> messages(SearchBody body) {
    var wanted =
        new Interfaces.Wanted(
            blank(body.controlId()),
            blank(body.source()),
            blank(body.patientNumber()),
            body.states() == null ? List.of() : body.states(),
            instant("since", body.since()),
            instant("until", body.until()),
            body.before() == null ? null : Ids.of("before", body.before()));
    return interfaces.messages(actor(), wanted).stream().map(MessageView::of).toList();
  }

  @GET
  @Path("interfaces/messages/{id}")
  public StoryView story(@PathParam("id") String id) {
    return interfaces
        .story(actor(), Ids.of("id", id))
        .map(StoryView::of)
        .orElseThrow(NotFoundException::new);
  }

  /** The content, for a reason. */
  @POST
  @Path("interfaces/messages/{id}/open")
  public ContentView open(@PathParam("id") String id, ReasonBody body) {
    return interfaces
        .open(actor(), Ids.of("id", id), body.reason() == null ? "" : body.reason())
        .map(ContentView::new)
        .orElseThrow(NotFoundException::new);
  }

  /** Processes it again. */
  @POST
  @Path("interfaces/messages/{id}/replay")
  public void replay(@PathParam("id") String id) {
    found(interfaces.replay(actor(), Ids.of("id", id)));
  }

  /** Somebody saw to it. */
  @POST
  @Path("interfaces/messages/{id}/close")
  public void close(@PathParam("id") String id) {
    found(interfaces.close(actor(), Ids.of("id", id)));
  }

  @GET
  @Path("merges")
  public List<MergeView> merges() {
    return merges.newest(actor()).stream().map(MergeView::of).toList();
  }

  /** Undoes a merge. */
  @POST
  @Path("merges/{id}/undo")
  public void undo(@PathParam("id") String id) {
    found(merges.undo(actor(), Ids.of("id", id)).isPresent());
  }

  private Actor actor() {
    return Caller.of(request).actor();
  }

  private static @Nullable Instant instant(String field, @Nullable String text) {
    try {
      return text == null || text.isBlank() ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidMessageException(field, "This is no date with time and offset.");
    }
  }

  private static @Nullable String blank(@Nullable String text) {
    return text == null || text.isBlank() || text.indexOf('\0') >= 0 ? null : text.strip();
  }

  private static void found(boolean found) {
    if (!found) {
      throw new NotFoundException();
    }
  }
}
