package org.wardline.web.fhir;

import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceInteractionComponent;
import org.jspecify.annotations.Nullable;
import org.wardline.setting.Settings;

/**
 * The FHIR door in the words of OpenAPI 3.0.3, for tools that know no FHIR. It is made of the
 * CapabilityStatement, which is made of the providers, so that it cannot say anything else.
 */
@Singleton
public class OpenApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FORMATS =
      List.of("application/fhir+json", "application/fhir+xml");
  private static final String ID = "id";

  /** What operations are asked with, by name. */
  private static final Map<String, List<String>> PARAMETERS =
      Map.of(
          "export", List.of("_type", "_since", "_outputFormat"),
          "export-status", List.of("export"),
          "export-cancel", List.of("export"),
          "export-file", List.of("export", "file"),
          "events", List.of("eventsSinceNumber", "eventsUntilNumber"),
          "everything", List.of("start", "end", "_since", "_type", "_count"));

  private final Settings settings;

  @Inject
  public OpenApi(Settings settings) {
    this.settings = settings;
  }

  void write(
      RestfulServer server,
      CapabilityProvider capabilities,
      HttpServletRequest request,
      HttpServletResponse out)
      throws IOException {
    var details = new ServletRequestDetails();
    details.setServer(server);
    details.setServletRequest(request);
    String base = settings.text("wardline.web.origins").split(",", 2)[0].strip() + "/fhir";
    details.setFhirServerBase(base);
    var statement = (CapabilityStatement) capabilities.getServerConformance(request, details);
    out.setContentType("application/json;charset=utf-8");
    out.getOutputStream()
        .write(
            JSON.writeValueAsBytes(
                describe(statement, base, settings.text("wardline.oidc.issuer"))));
  }

  /**
   * The description.
   *
   * @param base address of the FHIR server
   * @param issuer that gives tokens
   */
  static ObjectNode describe(CapabilityStatement statement, String base, String issuer) {
    ObjectNode root = JSON.createObjectNode();
    root.put("openapi", "3.0.3");
    root.putObject("info")
        .put("title", "Wardline FHIR R4")
        .put("version", statement.getFhirVersion().toCode())
        .put(
            "description",
            "Secure messages, receipts and audit of the hospital. Rights are SMART scopes, such as system/Observation.crs.");
    root.putArray("servers").addObject().put("url", base);
    root.putArray("security").addObject().putArray("smart");
    root.putObject("components")
        .putObject("securitySchemes")
        .putObject("smart")
        .put("type", "oauth2")
        .put("description", "SMART Backend Services: private_key_jwt")
        .putObject("flows")
        .putObject("clientCredentials")
        .put("tokenUrl", issuer + "/protocol/openid-connect/token")
        .putObject("scopes");
    ObjectNode paths = root.putObject("paths");
    ObjectNode metadata = operation(paths, "/metadata", "get", "What this server can do");
    metadata.putArray("security");
    answers(metadata, "200", "CapabilityStatement");
    for (CapabilityStatementRestComponent rest : statement.getRest()) {
      if (!rest.getInteraction().isEmpty()) {
        ObjectNode bundle =
            operation(paths, "/", "post", "Several writes: all or nothing, or each for itself");
        body(bundle, "Bundle");
        answers(bundle, "200", "Bundle");
      }
      rest.getResource().forEach(resource -> resource(paths, resource));
      rest.getOperation().forEach(named -> operation(paths, named.getName()));
    }
    return root;
  }

  /** An operation of the whole server. */
  private static void operation(ObjectNode paths, String name) {
    boolean message = name.equals("process-message");
    boolean writes = message || name.equals("export-cancel");
    ObjectNode operation =
        operation(paths, "/$" + name, writes ? "post" : "get", "The operation $" + name);
    if (message) {
      body(operation, "Bundle");
    }
    PARAMETERS.getOrDefault(name, List.of()).forEach(each -> query(operation, each));
    answers(operation, name.equals("export") ? "202" : "200", message ? "Bundle" : null);
  }

  private static void resource(
      ObjectNode paths, CapabilityStatementRestResourceComponent resource) {
    for (ResourceInteractionComponent interaction : resource.getInteraction()) {
      interaction(paths, resource, interaction.getCode().toCode());
    }
    resource
        .getOperation()
        .forEach(
            named -> {
              if (named.getName().equals("validate")) {
                ObjectNode trial =
                    operation(
                        paths,
                        "/" + resource.getType() + "/$validate",
                        "post",
                        resource.getType() + " $validate");
                body(trial, resource.getType());
                answers(trial, "200", "OperationOutcome");
                return;
              }
              String path = "/" + resource.getType() + "/{id}/$" + named.getName();
              ObjectNode operation =
                  operation(paths, path, "get", resource.getType() + " $" + named.getName());
              path(operation, ID);
              PARAMETERS
                  .getOrDefault(named.getName(), List.of())
                  .forEach(each -> query(operation, each));
              answers(operation, "200", "Bundle");
            });
  }

  private static void interaction(
      ObjectNode paths, CapabilityStatementRestResourceComponent resource, String code) {
    String type = resource.getType();
    String all = "/" + type;
    String one = all + "/{id}";
    switch (code) {
      case "read" -> path(answers(operation(paths, one, "get", "Read " + type), "200", type), ID);
      case "vread" -> {
        String path = one + "/_history/{version}";
        ObjectNode read = operation(paths, path, "get", "Read a version of " + type);
        path(path(answers(read, "200", type), ID), "version");
      }
      case "history-instance" ->
          path(
              answers(
                  operation(paths, one + "/_history", "get", "History of " + type),
                  "200",
                  "Bundle"),
              ID);
      case "search-type" -> {
        ObjectNode search = operation(paths, all, "get", "Search " + type);
        resource.getSearchParam().forEach(parameter -> query(search, parameter));
        answers(search, "200", "Bundle");
        ObjectNode posted = operation(paths, all + "/_search", "post", "Search " + type);
        content(
            posted.putObject("requestBody"), List.of("application/x-www-form-urlencoded"), null);
        answers(posted, "200", "Bundle");
      }
      case "create" ->
          answers(body(operation(paths, all, "post", "Create " + type), type), "201", type);
      case "update" ->
          path(
              answers(body(operation(paths, one, "put", "Update " + type), type), "200", type), ID);
      case "patch" -> {
        ObjectNode patch = operation(paths, one, "patch", "Patch " + type);
        content(
            patch.putObject("requestBody").put("required", true),
            List.of("application/json-patch+json"),
            "array");
        path(answers(patch, "200", type), ID);
      }
      case "delete" ->
          path(
              answers(operation(paths, one, "delete", "Delete " + type), "200", "OperationOutcome"),
              ID);
      default -> throw new IllegalStateException("an interaction without description: " + code);
    }
  }

  private static ObjectNode operation(ObjectNode paths, String path, String method, String does) {
    ObjectNode operation = paths.withObjectProperty(path).putObject(method);
    String tag = path.substring(1).split("/", 2)[0];
    operation.putArray("tags").add(tag.isEmpty() ? "Bundle" : tag);
    operation.put("summary", does);
    operation.put("operationId", method + path.replaceAll("[^A-Za-z]+", "-"));
    return operation;
  }

  private static ObjectNode path(ObjectNode operation, String name) {
    ObjectNode parameter =
        parameters(operation).addObject().put("name", name).put("in", "path").put("required", true);
    parameter.putObject("schema").put("type", "string");
    return operation;
  }

  private static void query(
      ObjectNode operation, CapabilityStatementRestResourceSearchParamComponent searched) {
    ObjectNode parameter =
        parameters(operation).addObject().put("name", searched.getName()).put("in", "query");
    String said = searched.hasDocumentation() ? searched.getDocumentation() : "";
    parameter.put(
        "description", (searched.getType().toCode() + (said.isBlank() ? "" : ": " + said)).strip());
    parameter.putObject("schema").put("type", "string");
  }

  private static void query(ObjectNode operation, String name) {
    parameters(operation)
        .addObject()
        .put("name", name)
        .put("in", "query")
        .putObject("schema")
        .put("type", "string");
  }

  private static ArrayNode parameters(ObjectNode operation) {
    return operation.withArrayProperty("parameters");
  }

  private static ObjectNode body(ObjectNode operation, String type) {
    content(operation.putObject("requestBody").put("required", true), FORMATS, type);
    return operation;
  }

  private static ObjectNode answers(ObjectNode operation, String status, @Nullable String type) {
    ObjectNode responses = operation.putObject("responses");
    ObjectNode answer =
        responses
            .putObject(status)
            .put("description", type == null ? "As its standard says" : type);
    if (type != null) {
      content(answer, FORMATS, type);
    }
    content(
        responses.putObject("default").put("description", "What went wrong, in words"),
        FORMATS,
        "OperationOutcome");
    return operation;
  }

  private static void content(ObjectNode of, List<String> formats, @Nullable String type) {
    ObjectNode content = of.putObject("content");
    for (String format : formats) {
      ObjectNode schema = content.putObject(format).putObject("schema");
      if ("array".equals(type)) {
        schema.put("type", "array").putObject("items").put("type", "object");
      } else {
        schema.put("type", "object");
        if (type != null) {
          schema.put("description", "FHIR R4 " + type);
        }
      }
    }
  }
}
