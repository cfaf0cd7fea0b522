package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.audit.AuditSearch.Found;
import org.wardline.export.BulkType;
import org.wardline.export.ExportView;
import org.wardline.export.Exports;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.message.Actor;
import org.wardline.reading.BulkRange;

/**
 * {@code $export} (FHIR Bulk Data Access 2.0, system level): messages and audit records as NDJSON.
 * It is asked for, asked after until its files are known, and each file is then fetched with a
 * token, as often as wanted, until the export's time is over.
 */
@Singleton
public class BulkExportProvider {
  private static final Logger LOG = LoggerFactory.getLogger(BulkExportProvider.class);
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NDJSON = "application/fhir+ndjson";
  private static final List<String> FORMATS = List.of(NDJSON, "application/ndjson", "ndjson");
  private static final Set<String> KNOWN =
      Set.of(
          "_type",
          "_since",
          "_outputFormat",
          "_typeFilter",
          "_elements",
          "patient",
          "includeAssociatedData",
          "organizeOutputBy",
          "_format",
          "_pretty");
  private static final String ASK_AGAIN = "2"; // seconds
  private static final int PAGE = 200;

  /**
   * The last line of a file that could not be read to its end. It is no JSON on purpose: the status
   * was sent long ago, and nobody may take the file for whole.
   */
  private static final String BROKEN_OFF =
      "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\",\"code\":\"incomplete\",\"diagnostics\":\"The file ends here: fetch it again.\n";

  private final Exports exports;

  @Inject
  public BulkExportProvider(Exports exports) {
    this.exports = exports;
  }

  /**
   * Begins an export: 202, and where to ask after it.
   *
   * @throws InvalidRequestException when it asks for what there is not
   */
  @Operation(name = "$export", idempotent = true, manualResponse = true)
  @SuppressWarnings("checkstyle:ParameterNumber")
  public void export(
      @OperationParam(name = "_type") @Nullable List<CodeType> types,
      @OperationParam(name = "_since") @Nullable InstantType since,
      @OperationParam(name = "_outputFormat") @Nullable StringType format,
      @OperationParam(name = "_typeFilter") @Nullable StringType filter,
      @OperationParam(name = "_elements") @Nullable StringType elements,
      @OperationParam(name = "patient") @Nullable StringType patient,
      @OperationParam(name = "includeAssociatedData") @Nullable StringType associated,
      @OperationParam(name = "organizeOutputBy") @Nullable StringType organized,
      RequestDetails request,
      HttpServletResponse response) {
    if (request.getHeaders("Prefer").stream().noneMatch(p -> p.contains("respond-async"))) {
      throw new InvalidRequestException("An export needs the header Prefer: respond-async.");
    }
    if (format != null && !FORMATS.contains(String.valueOf(format.getValue()).replace(' ', '+'))) {
      throw new InvalidRequestException("_outputFormat: files are " + NDJSON + ".");
    }
    if (Stream.of(filter, elements, patient, associated, organized).anyMatch(Objects::nonNull)
        && request.getHeaders("Prefer").stream().noneMatch(p -> p.contains("handling=lenient"))) {
      throw new InvalidRequestException(
          "An export holds all of a type: only _type, _since and _outputFormat are supported.");
    }
    for (String name : request.getParameters().keySet()) {
      if (!KNOWN.contains(name)) { // a misspelt one would give more than was asked for
        throw new InvalidRequestException("An export has no parameter " + name + ".");
      }
    }
    if (since != null && !since.hasValue()) {
      throw new InvalidRequestException("_since: a value is missing.");
    }
    UUID id;
    try {
      id =
          exports.begin(
              Requests.actor(request),
              types(types),
              since == null ? null : since.getValue().toInstant(),
              request.getCompleteUrl());
    } catch (Exports.TooManyException e) {
      var later =
          new UnclassifiedServerFailureException(
              429, e.getMessage(), FhirFaults.said(String.valueOf(e.getMessage())));
      later.addResponseHeader("Retry-After", ASK_AGAIN);
      throw later;
    }
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
    response.setHeader(
        "Content-Location", request.getFhirServerBase() + "/$export-status?export=" + id);
  }

  private static List<BulkType> types(@Nullable List<CodeType> named) {
    if (named == null) {
      return List.of(); // whatever it may have
    }
    return named.stream()
        .flatMap(code -> Arrays.stream(String.valueOf(code.getValue()).split(",", -1)))
        .map(
            name ->
                BulkType.of(name)
                    .orElseThrow(
                        () ->
                            new InvalidRequestException(
                                "_type: Communication and AuditEvent can be had in bulk.")))
        .distinct()
        .toList();
  }

  /** How it stands: 202 while its files are not known, then the list of them. */
  @Operation(name = "$export-status", idempotent = true, manualResponse = true)
  public void status(
      @OperationParam(name = "export", min = 1) @Nullable StringType id,
      RequestDetails request,
      HttpServletResponse response)
      throws IOException {
    ExportView export =
        exports.byId(Requests.actor(request), key(id)).orElseThrow(BulkExportProvider::unknown);
    if (export.failed() != null) {
      throw new InternalErrorException("The export failed: ask for it again.");
    }
    if (export.finished() == null) {
      response.setStatus(HttpServletResponse.SC_ACCEPTED);
      response.setHeader("Retry-After", ASK_AGAIN);
      response.setHeader("X-Progress", export.entries() + " resources found so far");
      return;
    }
    response.setContentType("application/json");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader(
        "Expires",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(export.keptUntil().atOffset(ZoneOffset.UTC)));
    JSON.writeValue(response.getWriter(), manifest(export, request));
  }

  private static Map<String, Object> manifest(ExportView export, RequestDetails request) {
    String file = request.getFhirServerBase() + "/$export-file?export=" + export.id() + "&file=";
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("transactionTime", export.until().toString());
    manifest.put("request", export.request());
    manifest.put("requiresAccessToken", true);
    manifest.put(
        "output",
        export.files().stream().map(f -> entry(f, file, export.since() == null)).toList());
    manifest.put("error", List.of());
    return manifest;
  }

  /**
   * A file in the list.
   *
   * @param counted whether it will still hold as many as were found; what changes after that, and
   *     did not since, comes to those that changed since
   */
  private static Map<String, Object> entry(ExportView.File file, String address, boolean counted) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("type", file.type().fhirType());
    entry.put("url", address + file.number());
    if (counted) {
      entry.put("count", file.entries());
    }
    return entry;
  }

  /** One of its files; that it is fetched is on record before its first line is read. */
  @Operation(name = "$export-file", idempotent = true, manualResponse = true)
  public void file(
      @OperationParam(name = "export", min = 1) @Nullable StringType id,
      @OperationParam(name = "file", min = 1) @Nullable IntegerType number,
      RequestDetails request,
      HttpServletResponse response)
      throws IOException {
    Actor actor = Requests.actor(request);
    Exports.Reading reading =
        Optional.ofNullable(number)
            .filter(IntegerType::hasValue)
            .flatMap(n -> exports.fetch(actor, key(id), n.getValue()))
            .orElseThrow(BulkExportProvider::unknown);
    response.setContentType(NDJSON);
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    // not the response's own writer, which would not tell that who asked has gone
    Writer out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
    try {
      if (reading.type() == BulkType.COMMUNICATION) {
        messages(actor, reading.range(), out);
      } else {
        records(actor, reading.range(), out);
      }
    } catch (RuntimeException e) {
      LOG.error("a file of an export ended early: {}", e.getClass().getSimpleName());
      out.write(BROKEN_OFF);
    }
    out.flush();
  }

  private void messages(Actor actor, BulkRange all, Writer out) throws IOException {
    BulkRange left = all;
    for (List<CommunicationView> page = exports.messages(actor, left, PAGE);
        !page.isEmpty();
        page = exports.messages(actor, left, PAGE)) {
      for (CommunicationView view : page) {
        line(out, FHIR.newJsonParser().encodeResourceToString(CommunicationMapper.toFhir(view)));
      }
      left = left.after(page.get(page.size() - 1).header().messageId());
    }
  }

  private void records(Actor actor, BulkRange all, Writer out) throws IOException {
    BulkRange left = all;
    for (List<Found> page = exports.records(actor, left, PAGE);
        !page.isEmpty();
        page = exports.records(actor, left, PAGE)) {
      for (Found record : page) {
        line(out, record.json());
      }
      left = left.after(page.get(page.size() - 1).id());
    }
  }

  private static void line(Writer out, String json) throws IOException {
    out.write(json);
    out.write('\n');
  }

  /** Ends it, as a DELETE of its status does: 202. */
  @Operation(name = "$export-cancel", manualResponse = true)
  public void cancel(
      @OperationParam(name = "export", min = 1) @Nullable StringType id,
      RequestDetails request,
      HttpServletResponse response) {
    if (!exports.remove(Requests.actor(request), key(id))) {
      throw unknown();
    }
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
  }

  private static UUID key(@Nullable StringType id) {
    try {
      return org.wardline.message.Identifiers.parse(
          id == null ? "" : String.valueOf(id.getValue()));
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }

  private static ResourceNotFoundException unknown() {
    return new ResourceNotFoundException("There is no such export of yours.");
  }
}
