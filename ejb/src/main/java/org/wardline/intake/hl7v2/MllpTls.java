package org.wardline.intake.hl7v2;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/**
 * MLLP over TLS, where both sides prove who they are (IHE ATNA ITI-19: TLS 1.2 or 1.3 with
 * certificates of both sides).
 */
final class MllpTls {
  private static final String STORE = "wardline.mllps.keystore.file";
  private static final String PASSWORD = "wardline.mllps.keystore.password.file";
  private static final String CLIENTS = "wardline.mllps.clients.file";
  private static final int HANDSHAKE_MILLIS = 10_000;

  private MllpTls() {}

  /** True when the operator gave a key; else nothing listens. */
  static boolean configured(Settings settings) {
    return settings.file(STORE).isPresent();
  }

  /**
   * A socket that is not bound yet.
   *
   * @throws InvalidSettingException when the key, or the list of who may come, cannot be read: then
   *     the server must not start
   */
  static ServerSocket server(Settings settings) throws IOException {
    var socket = (SSLServerSocket) context(settings).getServerSocketFactory().createServerSocket();
    socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    socket.setNeedClientAuth(true);
    return socket;
  }

  /**
   * Shakes hands, and says who came.
   *
   * @throws IOException when he proves nothing, or does not do so in time
   */
  static Peer accept(Socket socket) throws IOException {
    String address = socket.getInetAddress().getHostAddress();
    if (!(socket instanceof SSLSocket tls)) {
      return Peer.at(address);
    }
    tls.setSoTimeout(HANDSHAKE_MILLIS);
    try {
      tls.startHandshake();
      var certificate = (X509Certificate) tls.getSession().getPeerCertificates()[0];
      return new Peer(address, certificate.getSubjectX500Principal().getName());
    } catch (SocketTimeoutException | SSLPeerUnverifiedException e) {
      throw new IOException("it did not prove who it is: " + e.getMessage(), e);
    }
  }

  private static SSLContext context(Settings settings) {
    try {
      char[] password = settings.secret(PASSWORD).toCharArray();
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store(settings, password), password);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(clients(settings));
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new InvalidSettingException(STORE, "names no key that can be used");
    }
  }

  private static KeyStore store(Settings settings, char[] password)
      throws GeneralSecurityException {
    try (InputStream in = open(settings, STORE)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      return store;
    } catch (IOException e) {
      throw new InvalidSettingException(STORE, "names no key store that the password opens");
    }
  }

  private static KeyStore clients(Settings settings) throws GeneralSecurityException {
    try (InputStream in = open(settings, CLIENTS)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("client-" + number++, certificate);
      }
      if (number == 0) {
        throw new InvalidSettingException(CLIENTS, "holds no certificate, so nobody could come");
      }
      return store;
    } catch (IOException e) {
      throw new InvalidSettingException(CLIENTS, "names a file that cannot be read");
    }
  }

  private static InputStream open(Settings settings, String key) throws IOException {
    Path file =
        settings.file(key).orElseThrow(() -> new InvalidSettingException(key, "must name a file"));
    return new FileInputStream(file.toFile());
  }
}
