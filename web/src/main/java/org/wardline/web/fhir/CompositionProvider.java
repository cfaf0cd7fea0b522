package org.wardline.web.fhir;

import ca.uhn.fhir.model.api.annotation.Description;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.reading.Threads;
import org.wardline.reading.Transcripts;
import org.wardline.store.Keys;
import org.wardline.web.document.TranscriptForms;

/**
 * Composition: conversations as documents, each with the key of its conversation. {@code $document}
 * gives one with all that it points to.
 */
@Singleton
public class CompositionProvider implements ReadProvider {
  private static final UUID NOTHING = new UUID(0, 0);

  private final Transcripts transcripts;
  private final TranscriptForms forms;
  private final ChartSearch chart;
  private final Keys keys;

  @Inject
  public CompositionProvider(
      Transcripts transcripts, TranscriptForms forms, ChartSearch chart, Keys keys) {
    this.transcripts = transcripts;
    this.forms = forms;
    this.chart = chart;
    this.keys = keys;
  }

  @Override
  public Class<Composition> getResourceType() {
    return Composition.class;
  }

  @Override
  @Read
  public Composition read(@IdParam IdType id, RequestDetails request) {
    return transcripts
        .read(Requests.actor(request), Requests.id(id))
        .map(forms.fhir()::composition)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** A page, newest conversations first, without what is in them. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(
              name = Composition.SP_PATIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = Composition.SP_SUBJECT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = Composition.SP_DATE) @Nullable DateRangeParam date,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    ReferenceOrListParam about = patient == null ? subject : patient;
    List<UUID> patients = chart.patients("Composition", about, request);
    boolean nobody = SearchExtras.of(request).nothing() || (about != null && patients.isEmpty());
    var query = // what finds nothing is asked for and on record, too
        new Threads.Query(
            nobody ? List.of(NOTHING) : ChartSearch.ids(ids),
            patients,
            List.of(),
            Span.ANY,
            Requests.span(date),
            List.of(),
            page.cursor(),
            null);
    List<Composition> found =
        transcripts.find(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(forms.fhir()::heading)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }

  /**
   * The document (FHIR R4, 3.3.1); as PDF when that is what is asked for ({@link
   * TranscriptDocuments}).
   */
  @Operation(name = "$document", idempotent = true, type = Composition.class)
  @Description(shortDefinition = "A conversation with its messages, patient and authors")
  public Bundle document(@IdParam IdType id, RequestDetails request) {
    TranscriptDocuments.refuseBrowsers(request);
    return transcripts
        .take(
            Requests.actor(request),
            Requests.id(id),
            "",
            transcript -> forms.fhir().document(transcript, request.getFhirServerBase()))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }
}
