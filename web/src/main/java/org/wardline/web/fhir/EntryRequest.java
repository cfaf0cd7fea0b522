package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.HookParams;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.BaseResourceReturningMethodBinding;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletSubRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a batch as the request that it stands for (FHIR R4 section 3.1.0.11.1): of the same
 * client, by its own address and its own conditions. What is known of the request it came in is
 * known of it, too, but for what was worked out of that one's address.
 */
final class EntryRequest extends ServletSubRequestDetails {
  private static final Set<String> SHAPED = Set.of("_summary", "_elements");

  private final Map<Object, Object> own = new HashMap<>();
  private final Map<String, String> conditions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** As an entry of a bundle asks. */
  EntryRequest(BundleEntryRequestComponent entry, ServletRequestDetails within) {
    this(RequestTypeEnum.valueOf(entry.getMethod().toCode()), entry.getUrl(), within);
    condition("If-Match", entry.getIfMatch());
    condition("If-None-Match", entry.getIfNoneMatch());
    condition("If-None-Exist", entry.getIfNoneExist());
  }

  private EntryRequest(RequestTypeEnum method, String url, ServletRequestDetails within) {
    super(within);
    setServer(within.getServer());
    setRequestType(method);
    setFhirServerBase(within.getFhirServerBase());
    String[] parts = url.split("\\?", 2);
    String path = parts[0].startsWith("/") ? parts[0].substring(1) : parts[0];
    setId(null);
    setOperation(null);
    setParameters(parts.length < 2 ? Map.of() : parameters(parts[1]));
    setRequestPath(path);
    setCompleteUrl(getFhirServerBase() + "/" + url);
    getServer().populateRequestDetailsFromRequestPath(this, path);
  }

  /** A search that is made on the way of another request. */
  static EntryRequest search(
      String type, Map<String, String[]> parameters, ServletRequestDetails within) {
    var request = new EntryRequest(RequestTypeEnum.GET, type, within);
    request.setParameters(parameters);
    return request;
  }

  /**
   * What it reads or finds. It passes by all that looks at each request.
   *
   * @throws RuntimeException as the same request would be refused with
   */
  IBaseResource resource() {
    pass(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, null);
    BaseMethodBinding method = getServer().determineResourceMethod(this, getRequestPath());
    if (!(method instanceof BaseResourceReturningMethodBinding reading)) {
      throw new InvalidRequestException("Nothing is read at that address.");
    }
    setRestOperationType(method.getRestOperationType(this));
    IBaseResource resource = reading.doInvokeServer(getServer(), this);
    pass(Pointcut.SERVER_OUTGOING_RESPONSE, resource);
    return shaped(resource);
  }

  /** As the library gives out the answer to such a request alone: its summary, or some elements. */
  private IBaseResource shaped(IBaseResource resource) {
    if (SHAPED.stream().noneMatch(getParameters()::containsKey)) {
      return resource;
    }
    IParser parser = getServer().getFhirContext().newJsonParser();
    RestfulServerUtils.configureResponseParser(this, parser);
    return getServer()
        .getFhirContext()
        .newJsonParser()
        .parseResource(resource.getClass(), parser.encodeResourceToString(resource));
  }

  private void pass(Pointcut moment, @Nullable IBaseResource resource) {
    var params =
        new HookParams()
            .add(RequestDetails.class, this)
            .add(ServletRequestDetails.class, this)
            .add(HttpServletRequest.class, getServletRequest())
            .add(HttpServletResponse.class, getServletResponse());
    if (moment == Pointcut.SERVER_OUTGOING_RESPONSE) {
      params.add(IBaseResource.class, resource);
      params.add(ResponseDetails.class, new ResponseDetails(resource));
    }
    getServer().getInterceptorService().callHooks(moment, params);
  }

  private void condition(String name, @Nullable String value) {
    if (value != null) {
      conditions.put(name, value);
    }
  }

  static Map<String, String[]> parameters(String query) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    for (String one : query.split("&", -1)) {
      String[] pair = one.split("=", 2);
      found
          .computeIfAbsent(decoded(pair[0]), name -> new ArrayList<>())
          .add(pair.length < 2 ? "" : decoded(pair[1]));
    }
    Map<String, String[]> parameters = new LinkedHashMap<>();
    found.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("request.url holds a per cent sign that encodes nothing.");
    }
  }

  /** Its own: what was found out about one entry says nothing of the next. */
  @Override
  public Map<Object, Object> getUserData() {
    return own;
  }

  /** A condition of the whole is none of an entry. */
  @Override
  public @Nullable String getHeader(String name) {
    return conditional(name) ? conditions.get(name) : super.getHeader(name);
  }

  @Override
  public List<String> getHeaders(String name) {
    return conditional(name)
        ? Optional.ofNullable(conditions.get(name)).stream().toList()
        : super.getHeaders(name);
  }

  private static boolean conditional(String name) {
    return name.regionMatches(true, 0, "If-", 0, 3);
  }
}
