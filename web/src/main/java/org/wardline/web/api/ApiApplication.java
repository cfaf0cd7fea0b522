package org.wardline.web.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JSON API of the browser app. */
@ApplicationPath("/api")
public class ApiApplication extends Application {}
