package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.fhir.ResourceIntake.Stored;
import org.wardline.message.Actor;
import org.wardline.reading.Charts;

/**
 * Photographs and documents as bytes (FHIR R4, section 2.42.1, serving Binary resources): a POST of
 * any type but FHIR's keeps them, a GET that asks for no FHIR type gives them in their own.
 */
@Interceptor
@Singleton
public class RawContents {
  private static final String TYPE = "Binary";
  private static final int HEAD = 400;

  /** How a Binary resource begins, in JSON or XML. */
  private static final Pattern RESOURCE =
      Pattern.compile("\"resourceType\"\\s*:\\s*\"Binary\"|<Binary\\s[^>]*http://hl7\\.org/fhir");

  private final Charts charts;
  private final ResourceWriter writer;
  private final BodyGuard guard;

  @Inject
  public RawContents(Charts charts, ResourceWriter writer, BodyGuard guard) {
    this.charts = charts;
    this.writer = writer;
    this.guard = guard;
  }

  /** HAPI calls this before it chooses a method; false when the answer is written. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean serve(RequestDetails details) throws IOException {
    if (!TYPE.equals(details.getResourceName())
        || details.getOperation() != null
        || details instanceof EntryRequest // a bundle holds resources
        || !(details instanceof ServletRequestDetails request)) {
      return true;
    }
    if (request.getRequestType() == RequestTypeEnum.POST && request.getId() == null) {
      String type = request.getServletRequest().getContentType();
      if (type == null || EncodingEnum.forContentTypeStrict(type) == null) {
        create(request, type);
        return false;
      }
    } else if (request.getRequestType() == RequestTypeEnum.GET
        && request.getId() != null
        && !request.getId().hasVersionIdPart()
        && !asksForResource(request)) {
      give(request);
      return false;
    }
    return true;
  }

  /** A FHIR type by name; a browser's {@code text/html} or {@code *}{@code /*} is none. */
  private static boolean asksForResource(ServletRequestDetails request) {
    return request.getParameters().containsKey("_format")
        || request.getHeaders("Accept").stream()
            .flatMap(accept -> Arrays.stream(accept.split(",")))
            .map(range -> range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .anyMatch(range -> EncodingEnum.forContentTypeStrict(range) != null);
  }

  private void create(ServletRequestDetails request, @Nullable String type) throws IOException {
    byte[] bytes = request.getServletRequest().getInputStream().readAllBytes();
    Actor actor = Requests.actor(request);
    EncodingEnum loose = type == null ? null : EncodingEnum.forContentType(type);
    Stored stored =
        loose != null && RESOURCE.matcher(head(bytes)).find()
            ? writer.create(resource(bytes, loose, request), Map.of(), actor)
            : writer.content(described(request, type), bytes, actor);
    HttpServletResponse response = request.getServletResponse();
    response.setStatus(HttpServletResponse.SC_CREATED);
    response.setHeader("ETag", "W/\"" + stored.version() + "\"");
    response.setHeader(
        "Location",
        "%s/%s/%s/_history/%d"
            .formatted(request.getFhirServerBase(), TYPE, stored.id(), stored.version()));
    response.setContentLength(0);
  }

  private static String head(byte[] bytes) {
    return new String(bytes, 0, Math.min(HEAD, bytes.length), StandardCharsets.ISO_8859_1);
  }

  /**
   * {@code application/json} is FHIR's at all other types, so that a resource may come as it; kept
   * as bytes it would lose whose it is.
   */
  private Binary resource(byte[] bytes, EncodingEnum encoding, RequestDetails request) {
    guard.check(bytes, encoding, request);
    return encoding
        .newParser(FhirContext.forR4Cached())
        .parseResource(Binary.class, new String(bytes, StandardCharsets.UTF_8));
  }

  private static Binary described(ServletRequestDetails request, @Nullable String type) {
    var described = new Binary().setContentType(type);
    String context = request.getHeader("X-Security-Context");
    if (context != null) {
      described.setSecurityContext(new Reference(context));
    }
    return described;
  }

  /** Nothing of what somebody else sent is to run as a page of ours. */
  private void give(ServletRequestDetails request) throws IOException {
    var id = new IdType(request.getId().getValue());
    Charts.Content found =
        charts
            .content(Requests.actor(request), Requests.id(id))
            .orElseThrow(() -> new ResourceNotFoundException(id));
    var kept = (Binary) ChartResources.resource(found.entry());
    HttpServletResponse response = request.getServletResponse();
    response.setContentType(kept.getContentType());
    response.setHeader("Content-Disposition", "attachment");
    response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("ETag", "W/\"" + kept.getMeta().getVersionId() + "\"");
    if (found.entry().patient() != null) {
      response.setHeader("X-Security-Context", "Patient/" + found.entry().patient());
    }
    response.setContentLength(found.bytes().length);
    response.getOutputStream().write(found.bytes());
  }
}
