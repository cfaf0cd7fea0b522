package org.wardline.launcher;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Sockets that prove who they are, and connect only to whom they know. */
final class MllpTlsClient {
  private final SSLContext context;

  /**
   * With a key and the certificates that are trusted.
   *
   * @param store PKCS12 with the client's key
   * @param trusted PEM with the receiver's certificate or its authority
   */
  MllpTlsClient(Path store, String password, Path trusted) {
    try (InputStream key = new FileInputStream(store.toFile());
        InputStream certificates = new FileInputStream(trusted.toFile())) {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      var own = KeyStore.getInstance("PKCS12");
      own.load(key, password.toCharArray());
      keys.init(own, password.toCharArray());
      var known = KeyStore.getInstance("PKCS12");
      known.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(certificates)) {
        known.setCertificateEntry("trusted-" + number++, certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(known);
      context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    } catch (IOException | GeneralSecurityException e) {
      throw new LauncherException(
          "The key "
              + store
              + " or the certificates "
              + trusted
              + " cannot be used: "
              + e.getMessage());
    }
  }

  /** Not connected yet; checks that the certificate is of the host it connects to. */
  Socket socket() throws IOException {
    var socket = (SSLSocket) context.getSocketFactory().createSocket();
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }
}
