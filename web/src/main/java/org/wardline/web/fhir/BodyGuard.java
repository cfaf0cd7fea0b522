package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DecimalType;
import org.wardline.setting.Settings;
import org.wardline.web.BodyBudget;

/**
 * Looks through a body before the library builds anything of it: a number of a few characters
 * ({@code 1e999999999}) would otherwise become a text that fills the memory, and nesting without
 * end the stack. A member that stands there twice could be read in two ways, so it is refused, too.
 */
@Interceptor
@Singleton
public class BodyGuard {
  /** Far more than any profile needs. */
  private static final int DEEPEST = 200;

  /** FHIR R4 decimals have at most 18 significant digits; others send a few more. */
  private static final int LONGEST_NUMBER = 64;

  private static final int PART = 8192;
  private static final String NAMESPACE = "http://hl7.org/fhir";
  private static final String XHTML = "http://www.w3.org/1999/xhtml";
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Pattern LARGE_EXPONENT = Pattern.compile(".*[eE][+-]?0*[1-9]\\d{2,}");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .build();

  private final int most;

  @Inject
  public BodyGuard(Settings settings) {
    most = settings.number("wardline.fhir.max-values");
  }

  /** HAPI calls this before it reads the body. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void look(RequestDetails request) {
    if (request instanceof EntryRequest || (!json(request) && !xml(request))) {
      return; // looked at with the whole, or given to be kept as it is
    }
    byte[] body = request.loadRequestContents();
    if (body != null && body.length > 0) {
      check(body, json(request) ? EncodingEnum.JSON : EncodingEnum.XML, request);
      if (json(request)) {
        BatchEntries.apart(request, body);
      }
    }
  }

  /**
   * Refuses what is no sound JSON or XML, and takes the memory for what is made of a long body.
   *
   * @throws org.wardline.store.OverloadedException when there is none now
   */
  void check(byte[] body, EncodingEnum encoding, RequestDetails request) {
    requireUtf8(body);
    int values =
        encoding == EncodingEnum.JSON
            ? check(body, most)
            : checkXml(new String(body, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", ""), most);
    if (request instanceof ServletRequestDetails servlet) {
      BodyBudget.of(servlet.getServletRequest())
          .ifPresent(share -> share.read(body.length, values));
    }
  }

  /** HAPI calls this with what it read: XML has numbers, too. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void lookAtNumbers(RequestDetails request) {
    IBaseResource posted = json(request) ? null : request.getResource(); // JSON was looked through
    if (posted != null
        && FHIR.newTerser().getAllPopulatedChildElementsOfType(posted, DecimalType.class).stream()
            .anyMatch(BodyGuard::beyond)) {
      throw new InvalidRequestException("A number is beyond all measure.");
    }
  }

  private static boolean json(RequestDetails request) {
    return type(request).contains("json");
  }

  private static String type(RequestDetails request) {
    return String.valueOf(request.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
  }

  private static boolean xml(RequestDetails request) {
    String type = type(request);
    return type.contains("fhir+xml")
        || (type.contains("xml") && !"Binary".equals(request.getResourceName()));
  }

  /** The library would put another character in the place of what is none. */
  private static void requireUtf8(byte[] body) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.wrap(body);
    CharBuffer part = CharBuffer.allocate(Math.min(body.length, PART)); // looked at, not kept
    CoderResult result;
    do {
      part.clear();
      result = decoder.decode(bytes, part, true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw new InvalidRequestException("The body is not in UTF-8.");
    }
  }

  /** What is nested without end in XML is as little to be kept as JSON. */
  private static int checkXml(String body, int most) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true); // CDATA is text, too
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(body));
      Deque<Boolean> open = new ArrayDeque<>(); // whether each is of a narrative
      int values = 0;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          values += 1 + xml.getAttributeCount();
          requireFew(values, most);
          open.push(XHTML.equals(namespaced(xml)));
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          open.pop();
        } else if (xml.isCharacters() && !xml.isWhiteSpace() && !open.getFirst()) {
          throw new InvalidRequestException(
              "The body is no FHIR resource in XML: text stands between its elements.");
        }
        if (event == XMLStreamConstants.DTD || open.size() > DEEPEST) {
          throw new InvalidRequestException(
              "The body is no sound XML: a document type, or nested deeper than " + DEEPEST + ".");
        }
      }
      return values;
    } catch (XMLStreamException e) {
      throw new InvalidRequestException(
          e.getLocation() == null
              ? "The body is no sound XML."
              : "The body is no sound XML: line "
                  + e.getLocation().getLineNumber()
                  + ", column "
                  + e.getLocation().getColumnNumber()
                  + ".");
    }
  }

  /** An element is FHIR's or of a narrative; without a namespace it is neither. */
  private static String namespaced(XMLStreamReader xml) {
    String space = String.valueOf(xml.getNamespaceURI());
    if (!space.equals(XHTML) && !space.equals(NAMESPACE)) {
      throw new InvalidRequestException(
          "The body is no FHIR resource in XML: its elements are in the namespace "
              + NAMESPACE
              + ".");
    }
    return space;
  }

  private static boolean beyond(DecimalType number) {
    BigDecimal value = number.getValue();
    return value != null
        && (value.precision() > LONGEST_NUMBER || Math.abs((long) value.scale()) > LONGEST_NUMBER);
  }

  private static void requireFew(int values, int most) {
    if (values > most) {
      throw new UnclassifiedServerFailureException(
          413, "The body holds more than " + most + " values: send it in several.");
    }
  }

  /**
   * Refuses what is no sound JSON.
   *
   * @param most values that it may hold: each becomes an object of some hundred bytes
   * @return how many it holds
   */
  static int check(byte[] body, int most) {
    try (JsonParser json = JSON.createParser(body)) {
      int open = 0;
      int values = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += token.isStructStart() || token.isScalarValue() ? 1 : 0;
        requireFew(values, most);
        if (token.isNumeric() && LARGE_EXPONENT.matcher(json.getText()).matches()) {
          throw refused("a number is beyond all measure", json);
        }
        if (open == 0 && json.nextToken() != null) {
          throw refused("something follows its end", json);
        }
      }
      return values;
    } catch (StreamReadException e) {
      throw new InvalidRequestException(
          "The body is no sound JSON: line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ".");
    } catch (IOException e) {
      throw new InvalidRequestException("The body is no sound JSON, or not in UTF-8.");
    }
  }

  private static InvalidRequestException refused(String why, JsonParser json) {
    return new InvalidRequestException(
        "The body is no sound JSON: "
            + why
            + ", line "
            + json.currentLocation().getLineNr()
            + ", column "
            + json.currentLocation().getColumnNr()
            + ".");
  }
}
