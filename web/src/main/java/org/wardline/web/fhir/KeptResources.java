package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Date;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleLinkComponent;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.CommunicationJson;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.mapping.fhir.CommunicationView;

/**
 * Gives pages out without the library's model between: records as they are kept, messages as they
 * are written. A page of twenty would otherwise be read into that model and written out of it
 * again, which costs more than all the rest of the search.
 */
@Interceptor
public class KeptResources {
  private static final String JSON = KeptResources.class.getName();
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final JsonFactory FACTORY = new JsonFactory();

  /** What asks for something other than the resource as it is. */
  private static final Set<String> CHANGING =
      Set.of("_summary", "_elements", "_pretty", "_include", "_revinclude");

  /**
   * A record for an answer.
   *
   * @param id of the record
   * @param json as it is kept
   * @return the whole record, or only what stands for it in a page that is given out as kept
   */
  static AuditEvent auditEvent(String id, String json, RequestDetails request) {
    if (!asKept(request)) {
      return FHIR.newJsonParser().parseResource(AuditEvent.class, json);
    }
    var place = new AuditEvent();
    place.setId(id);
    place.setUserData(JSON, json);
    return place;
  }

  /** A message for an answer, or only what stands for it in a page that is written as it is. */
  static Communication communication(CommunicationView view, RequestDetails request) {
    if (!asKept(request) || !CommunicationJson.says(view)) {
      return CommunicationMapper.toFhir(view);
    }
    var place = new Communication();
    place.setId(view.header().messageId().toString());
    place.getMeta().setLastUpdated(Date.from(view.changedAt()));
    place.setUserData(JSON, CommunicationJson.write(view));
    return place;
  }

  /** A search whose answer is plain JSON. */
  private static boolean asKept(RequestDetails request) {
    return request.getRestOperationType() == RestOperationTypeEnum.SEARCH_TYPE
        && !(request instanceof EntryRequest)
        && Stream.of(SearchExtras.of(request).asked(), request.getParameters())
            .flatMap(parameters -> parameters.keySet().stream())
            .noneMatch(key -> CHANGING.contains(key.split(":", 2)[0]))
        && SearchExtras.of(request).filters().isEmpty()
        && encoding(request).getEncoding() == EncodingEnum.JSON;
  }

  private static RestfulServerUtils.ResponseEncoding encoding(RequestDetails request) {
    return RestfulServerUtils.determineResponseEncodingWithDefault(request);
  }

  /** HAPI calls this, after all others, with what a provider found; false when it is written. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = Integer.MAX_VALUE)
  public boolean write(RequestDetails request, @Nullable IBaseResource answer) {
    if (!(answer instanceof Bundle page) || !kept(page)) {
      return true;
    }
    try (Writer writer =
        request
            .getResponse()
            .getResponseWriter(
                200,
                encoding(request).getResourceContentType(),
                "UTF-8",
                request.isRespondGzip())) {
      JsonGenerator out = FACTORY.createGenerator(writer);
      write(page, request, out);
      out.flush();
      request.getResponse().commitResponse(writer);
    } catch (IOException e) {
      // who asked has gone
      throw new java.io.UncheckedIOException(e);
    }
    return false;
  }

  private static boolean kept(Bundle page) {
    return page.getType() == Bundle.BundleType.SEARCHSET
        && page.hasEntry()
        && page.getEntry().stream()
            .anyMatch(
                entry -> entry.hasResource() && entry.getResource().getUserData(JSON) != null);
  }

  private static void write(Bundle page, RequestDetails request, JsonGenerator out)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("resourceType", "Bundle");
    if (page.hasId()) {
      out.writeStringField("id", page.getIdElement().getIdPart());
    }
    out.writeObjectFieldStart("meta");
    out.writeStringField("lastUpdated", page.getMeta().getLastUpdatedElement().getValueAsString());
    out.writeEndObject();
    out.writeStringField("type", page.getType().toCode());
    if (page.hasTotal()) {
      out.writeNumberField("total", page.getTotal());
    }
    out.writeArrayFieldStart("link");
    for (BundleLinkComponent link : page.getLink()) {
      out.writeStartObject();
      out.writeStringField("relation", link.getRelation());
      out.writeStringField("url", link.getUrl());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("entry");
    for (BundleEntryComponent entry : page.getEntry()) {
      out.writeStartObject();
      out.writeStringField("fullUrl", entry.getFullUrl());
      out.writeFieldName("resource");
      out.writeRawValue(json(entry.getResource(), request));
      out.writeObjectFieldStart("search");
      out.writeStringField("mode", entry.getSearch().getMode().toCode());
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** As it is kept, or by the library. */
  private static String json(Resource resource, RequestDetails request) {
    return resource.getUserData(JSON) instanceof String kept
        ? kept
        : RestfulServerUtils.getNewParser(FHIR, FHIR.getVersion().getVersion(), request)
            .encodeResourceToString(resource);
  }
}
