package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart.Entry;
import org.wardline.mapping.fhir.ChartLines;
import org.wardline.mapping.fhir.ChartLines.Line;
import org.wardline.reading.Charts;
import org.wardline.web.Caller;

/** What other systems tell of a patient, beside the conversations about him. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class ChartResource {
  private static final int SHOWN = 30;

  @Inject private Charts charts;
  @Context private HttpServletRequest request;

  /** A result, or a line of a document. */
  public record LineView(String title, String text, String flag) {
    static LineView of(Entry entry) {
      Line line = ChartLines.of(entry.json());
      return new LineView(line.title(), line.text(), line.flag());
    }
  }

  /**
   * A report, document, order or appointment.
   *
   * @param type FHIR resource type
   * @param status as it is now
   * @param at clinically relevant time, or null
   * @param lines results of a report
   */
  public record EntryView(
      String id,
      String type,
      String title,
      String text,
      String status,
      @Nullable Instant at,
      List<LineView> lines) {
    static EntryView of(Entry entry, Map<UUID, Entry> results) {
      Line line = ChartLines.of(entry.json());
      return new EntryView(
          entry.id().toString(),
          entry.type(),
          line.title(),
          line.text(),
          entry.status(),
          entry.at(),
          ChartLines.results(entry.json()).stream()
              .map(results::get)
              .filter(Objects::nonNull)
              .map(LineView::of)
              .toList());
    }
  }

  @GET
  @Path("patients/{id}/chart")
  public List<EntryView> chart(@PathParam("id") String id) {
    Charts.Newest newest =
        charts
            .newest(Caller.of(request).actor(), Ids.of("id", id), SHOWN)
            .orElseThrow(NotFoundException::new);
    Map<UUID, Entry> results =
        newest.results().stream().collect(Collectors.toMap(Entry::id, Function.identity()));
    return newest.entries().stream().map(entry -> EntryView.of(entry, results)).toList();
  }
}
