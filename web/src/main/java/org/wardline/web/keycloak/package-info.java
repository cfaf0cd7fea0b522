/**
 * The Keycloak adapter: browser sign-in, bearer tokens, back-channel logout, polling of people and
 * events.
 */
@NullMarked
package org.wardline.web.keycloak;

import org.jspecify.annotations.NullMarked;
