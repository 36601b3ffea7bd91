/**
 * Asks the browser for a passkey, and sends the form with its answer.
 *
 *   <form data-passkey="create" or "get">
 *     <input type="hidden" name="credential">
 *   </form>
 *   <p data-passkey-failed hidden>That didn’t work.</p>
 *   <p data-passkey-missing hidden>This browser can’t.</p>
 *   <script id="passkey-options" type="application/json">…</script>
 *
 * With data-passkey-options="/url/" on the form, the options are fetched from there when they're
 * needed. The server speaks of bytes as base64url, the browser as buffers.
 */
const toBuffer = (text) => {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
};

const toText = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withBuffers = (keys) => (keys ?? []).map((key) => ({ ...key, id: toBuffer(key.id) }));

async function create({ publicKey }) {
  // A key that signs in by itself: it knows its person, and asks for a finger, a face or a PIN.
  const authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      authenticatorSelection,
      challenge: toBuffer(publicKey.challenge),
      user: { ...publicKey.user, id: toBuffer(publicKey.user.id) },
      excludeCredentials: withBuffers(publicKey.excludeCredentials),
    },
  });
  const { attestationObject, clientDataJSON } = credential.response;
  return answer(credential, {
    attestationObject: toText(attestationObject),
    clientDataJSON: toText(clientDataJSON),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBuffer(publicKey.challenge),
      allowCredentials: withBuffers(publicKey.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
  return answer(credential, {
    authenticatorData: toText(authenticatorData),
    clientDataJSON: toText(clientDataJSON),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  });
}

function answer(credential, response) {
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form) {
  const url = form.dataset.passkeyOptions;
  if (!url) return JSON.parse(document.getElementById("passkey-options").textContent);
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`Status ${response.status}`);
  return response.json();
}

const ways = { create, get };

async function submit(form) {
  const options = await optionsOf(form);
  const credential = await ways[form.dataset.passkey](
    options.creation_options ?? options.request_options,
  );
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

const show = (name) => {
  document.querySelector(`[${name}]`).hidden = false;
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      show("data-passkey-missing");
      return;
    }
    submit(form).catch(() => show("data-passkey-failed"));
  });
}
